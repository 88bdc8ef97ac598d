"""The lines we carry from the first day, written by hand. Reviewed like code, changed like code.

Every number stands as it is dialled in its country. They were written down from memory, and
afterwards compared with stored public pages, some of them years old;
`docs/reference/crisis-lines.md` says for every line what was found, where, and what was not.
`source` is where a line can be looked up, not a page that was read for it; an emergency number has
none. An organisation is asked to confirm those of its own country before it opens, and until it did
the page says of each that it is to be confirmed. What is found to be wrong is put right here, and
in a new migration for those who have it already (see 0003_lines, 0005_polish_lines and
0006_scotland).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

COLLECTED_ON = date(2026, 11, 22)
ALWAYS = _("Day and night")


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One line; the fields are those of models.Line."""

    slug: str
    kind: str
    name: str
    dial: str = ""
    dial_other: str = ""
    text_to: str = ""
    text_words: str = ""
    hours: str = ALWAYS
    whom: str = ""
    young: bool = False
    languages: tuple[str, ...]
    source: str

    @property
    def country(self) -> str:
        return self.slug[:2].upper()


def _emergency(slug: str, dial: str, *languages: str, other: str = "", whom: str = "") -> Seed:
    return Seed(
        slug=f"{slug}-emergency",
        kind="emergency",
        name="Emergency",
        dial=dial,
        dial_other=other,
        whom=whom or _("Police, ambulance, fire"),
        languages=languages,
        source="national emergency number",
    )


LINES: tuple[Seed, ...] = (
    # Australia
    _emergency("au", "000", "en"),
    Seed(slug="au-lifeline", kind="crisis", name="Lifeline", dial="13 11 14",
         text_to="0477 13 11 14", languages=("en",), source="lifeline.org.au"),
    Seed(slug="au-13yarn", kind="crisis", name="13YARN", dial="13 92 76",
         whom=_("Aboriginal and Torres Strait Islander people"), languages=("en",),
         source="13yarn.org.au"),
    Seed(slug="au-beyond-blue", kind="helpline", name="Beyond Blue", dial="1300 22 4636",
         languages=("en",), source="beyondblue.org.au"),
    Seed(slug="au-kids-helpline", kind="helpline", name="Kids Helpline", dial="1800 55 1800",
         whom=_("Children and young people"), young=True, languages=("en",),
         source="kidshelpline.com.au"),
    # Austria
    _emergency("at", "112", "de", other="144", whom=_("112: everything; 144: ambulance")),
    Seed(slug="at-telefonseelsorge", kind="crisis", name="Telefonseelsorge", dial="142",
         languages=("de",), source="telefonseelsorge.at"),
    Seed(slug="at-rat-auf-draht", kind="helpline", name="Rat auf Draht", dial="147",
         whom=_("Children and young people"), young=True, languages=("de",),
         source="rataufdraht.at"),
    # Canada
    _emergency("ca", "911", "en", "fr"),
    Seed(slug="ca-988", kind="crisis", name="9-8-8 Suicide Crisis Helpline", dial="988",
         text_to="988", languages=("en", "fr"), source="988.ca"),
    Seed(slug="ca-kids-help-phone", kind="helpline", name="Kids Help Phone",
         dial="1-800-668-6868", text_to="686868", text_words="CONNECT", whom=_("Young people"),
         young=True, languages=("en", "fr"), source="kidshelpphone.ca"),
    Seed(slug="ca-hope-for-wellness", kind="helpline", name="Hope for Wellness",
         dial="1-855-242-3310", whom=_("Indigenous people"), languages=("en", "fr"),
         source="hopeforwellness.ca"),
    # France
    _emergency("fr", "112", "fr", other="15", whom=_("112: everything; 15: medical help")),
    Seed(slug="fr-3114", kind="crisis", name="3114, prévention du suicide", dial="3114",
         languages=("fr",), source="3114.fr"),
    Seed(slug="fr-sos-amitie", kind="helpline", name="SOS Amitié", dial="09 72 39 40 50",
         languages=("fr",), source="sos-amitie.com"),
    # Germany
    _emergency("de", "112", "de", other="110", whom=_("112: ambulance and fire; 110: police")),
    Seed(slug="de-telefonseelsorge", kind="crisis", name="TelefonSeelsorge",
         dial="0800 111 0 111", dial_other="116 123", languages=("de",),
         source="telefonseelsorge.de"),
    Seed(slug="de-nummer-gegen-kummer", kind="helpline", name="Nummer gegen Kummer",
         dial="116 111", hours=_("Monday to Saturday, 14 to 20"),
         whom=_("Children and young people"), young=True, languages=("de",),
         source="nummergegenkummer.de"),
    # India
    _emergency("in", "112", "en", "hi"),
    Seed(slug="in-tele-manas", kind="crisis", name="Tele-MANAS", dial="14416",
         dial_other="1800 891 4416", languages=("en", "hi"), source="telemanas.mohfw.gov.in"),
    # Ireland
    _emergency("ie", "112", "en", "ga", other="999"),
    Seed(slug="ie-samaritans", kind="crisis", name="Samaritans", dial="116 123",
         languages=("en",), source="samaritans.org"),
    Seed(slug="ie-text-about-it", kind="crisis", name="Text About It", text_to="50808",
         text_words="HELLO", languages=("en",), source="textaboutit.ie"),
    Seed(slug="ie-pieta", kind="crisis", name="Pieta", dial="1800 247 247", languages=("en",),
         source="pieta.ie"),
    Seed(slug="ie-childline", kind="helpline", name="Childline", dial="1800 66 66 66",
         whom=_("Children and young people"), young=True, languages=("en",),
         source="childline.ie"),
    # Japan
    _emergency("jp", "119", "ja", other="110", whom=_("119: ambulance and fire; 110: police")),
    Seed(slug="jp-yorisoi", kind="crisis", name="よりそいホットライン", dial="0120-279-338",
         languages=("ja", "en"), source="since2011.net"),
    Seed(slug="jp-inochi-sos", kind="crisis", name="#いのちSOS", dial="0120-061-338",
         hours=_("Every day; on some days not between midnight and six"), languages=("ja",),
         source="lifelink.or.jp"),
    # Netherlands
    _emergency("nl", "112", "nl", "en"),
    Seed(slug="nl-113", kind="crisis", name="113 Zelfmoordpreventie", dial="113",
         dial_other="0800-0113", languages=("nl", "en"), source="113.nl"),
    Seed(slug="nl-luisterlijn", kind="helpline", name="De Luisterlijn", dial="088 0767 000",
         languages=("nl",), source="deluisterlijn.nl"),
    Seed(slug="nl-kindertelefoon", kind="helpline", name="De Kindertelefoon", dial="0800-0432",
         hours=_("See their page for today's hours"), whom=_("Children and young people"),
         young=True, languages=("nl",), source="kindertelefoon.nl"),
    # New Zealand
    _emergency("nz", "111", "en"),
    Seed(slug="nz-1737", kind="crisis", name="1737, need to talk?", dial="1737", text_to="1737",
         languages=("en",), source="1737.org.nz"),
    Seed(slug="nz-suicide-crisis", kind="crisis", name="Suicide Crisis Helpline",
         dial="0508 828 865", languages=("en",), source="mentalhealth.org.nz"),
    Seed(slug="nz-lifeline", kind="helpline", name="Lifeline Aotearoa", dial="0800 543 354",
         languages=("en",), source="lifeline.org.nz"),
    Seed(slug="nz-youthline", kind="helpline", name="Youthline", dial="0800 376 633",
         whom=_("Young people"), young=True, languages=("en",), source="youthline.co.nz"),
    # Poland
    _emergency("pl", "112", "pl", "en"),
    Seed(slug="pl-centrum-wsparcia", kind="crisis", name="Centrum Wsparcia",
         dial="800 70 2222", whom=_("Adults"), languages=("pl",), source="centrumwsparcia.pl"),
    Seed(slug="pl-116123", kind="crisis", name="Kryzysowy Telefon Zaufania", dial="116 123",
         whom=_("Adults"), languages=("pl",), source="116sos.pl"),
    Seed(slug="pl-116111", kind="helpline", name="Telefon Zaufania dla Dzieci i Młodzieży",
         dial="116 111", whom=_("Children and young people"), young=True, languages=("pl",),
         source="116111.pl"),
    # South Africa
    _emergency("za", "112", "en", other="10177", whom=_("112 from a mobile; 10177: ambulance")),
    Seed(slug="za-sadag", kind="crisis", name="SADAG Suicide Crisis Helpline",
         dial="0800 567 567", languages=("en",), source="sadag.org"),
    Seed(slug="za-lifeline", kind="helpline", name="LifeLine", dial="0861 322 322",
         languages=("en",), source="lifelinesa.co.za"),
    # Spain
    _emergency("es", "112", "es"),
    Seed(slug="es-024", kind="crisis", name="024, atención a la conducta suicida", dial="024",
         languages=("es",), source="sanidad.gob.es"),
    Seed(slug="es-esperanza", kind="helpline", name="Teléfono de la Esperanza",
         dial="717 003 717", languages=("es",), source="telefonodelaesperanza.org"),
    # Sweden
    _emergency("se", "112", "sv", "en"),
    Seed(slug="se-sjalvmordslinjen", kind="crisis", name="Minds Självmordslinje", dial="90101",
         languages=("sv",), source="mind.se"),
    Seed(slug="se-bris", kind="helpline", name="Bris", dial="116 111",
         whom=_("Children and young people"), young=True, languages=("sv",), source="bris.se"),
    # Switzerland
    _emergency("ch", "112", "de", "fr", "it", other="144",
               whom=_("112: everything; 144: ambulance")),
    Seed(slug="ch-143", kind="crisis", name="Die Dargebotene Hand", dial="143",
         languages=("de", "fr", "it"), source="143.ch"),
    Seed(slug="ch-147", kind="helpline", name="147, Pro Juventute", dial="147",
         whom=_("Children and young people"), young=True, languages=("de", "fr", "it"),
         source="147.ch"),
    # United Kingdom
    _emergency("gb", "999", "en", other="112"),
    Seed(slug="gb-samaritans", kind="crisis", name="Samaritans", dial="116 123",
         languages=("en",), source="samaritans.org"),
    Seed(slug="gb-shout", kind="crisis", name="Shout", text_to="85258", text_words="SHOUT",
         languages=("en",), source="giveusashout.org"),
    Seed(slug="gb-nhs-111", kind="helpline", name="NHS 111, for mental health choose 2",
         dial="111", whom=_("England and Wales"), languages=("en",), source="nhs.uk"),
    Seed(slug="gb-nhs-24", kind="helpline", name="NHS 24, ask for the mental health hub",
         dial="111", whom=_("Scotland"), languages=("en",), source="nhs24.scot"),
    Seed(slug="gb-lifeline-ni", kind="crisis", name="Lifeline", dial="0808 808 8000",
         whom=_("Northern Ireland"), languages=("en",), source="lifelinehelpline.info"),
    Seed(slug="gb-childline", kind="helpline", name="Childline", dial="0800 1111",
         whom=_("Children and young people"), young=True, languages=("en",),
         source="childline.org.uk"),
    # United States
    _emergency("us", "911", "en", "es"),
    Seed(slug="us-988", kind="crisis", name="988 Suicide & Crisis Lifeline", dial="988",
         text_to="988", languages=("en", "es"), source="988lifeline.org"),
    Seed(slug="us-crisis-text-line", kind="crisis", name="Crisis Text Line", text_to="741741",
         text_words="HOME", languages=("en", "es"), source="crisistextline.org"),
    Seed(slug="us-trans-lifeline", kind="warmline", name="Trans Lifeline",
         dial="(877) 565-8860", hours=_("See their page for today's hours"), whom=_("Trans people"),
         languages=("en", "es"), source="translifeline.org"),
)  # fmt: skip
