"""stub"""
def come_in(request, meeting): return ""
def tonight(request, person): return ""
