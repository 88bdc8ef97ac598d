run test check:
	./beside $@
.PHONY: run test check
