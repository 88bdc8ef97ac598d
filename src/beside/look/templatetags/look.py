"""The parts of a page as tags, in every template. README.md lists them; /look/ draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, CheckboxInput, Form, PasswordInput
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.context import Context
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from beside.kernel import clock
from beside.look import moments, slots

register = template.Library()
Attributes = Mapping[str, Any]
NOTHING = SafeString("")


def attributes(given: Attributes) -> SafeString:
    """HTML attributes: underscores become hyphens (`hx_get`), None and False are left out.

    The names stand in our own code; the values are escaped.
    """
    return SafeString(
        "".join(
            f" {name.replace('_', '-')}"
            + ("" if value is True else f'="{conditional_escape(value)}"')
            for name, value in given.items()
            if value is not None and value is not False
        )
    )


def classes(*names: str) -> str:
    """Class names without the empty ones."""
    return " ".join(name for name in names if name)


def inner(content: str) -> SafeString:
    """What stands between two tags, already rendered and escaped; without outer space."""
    return SafeString(content.strip())


# Pictures -----------------------------------------------------------------------------------------


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """An outline picture from lucide, hidden from screen readers: words always stand beside it."""
    hidden = {"class": classes("icon", extra), "aria-hidden": "true", "focusable": "false"}
    return SafeString(lucide(str(name), size=24, **hidden))


@register.simple_tag
def mark() -> SafeString:
    """Two pebbles, one leaning on the other."""
    return mark_safe(
        '<svg viewBox="0 0 36 28" aria-hidden="true" focusable="false">'
        '<ellipse class="stands" cx="12" cy="15" rx="10.6" ry="11.2"/>'
        '<ellipse class="leans" cx="26" cy="17" rx="9.2" ry="8.4" '
        'transform="rotate(-14 26 17)"/></svg>'
    )


@register.simple_tag
def pebble(somebody: Any, number: int | None = None, size: str = "") -> SafeString:
    """A person's pebble with the first letter of their name; the name must stand beside it.

    `somebody` is anything with `name` and `pebble`, or a name with its `number` (1 to 12).
    """
    name = str(getattr(somebody, "name", somebody))
    chosen = int(number or getattr(somebody, "pebble", 0) or 1)
    return format_html(
        '<span class="{}" aria-hidden="true" translate="no">{}</span>',
        classes("pebble", f"pebble-{(chosen - 1) % 12 + 1}", size),
        name.strip()[:1].upper(),
    )


@register.simple_tag
def persona(somebody: Any, size: str = "") -> SafeString:
    """Somebody's pebble and name side by side."""
    return format_html(
        '<span class="who">{}<b translate="no">{}</b></span>',
        pebble(somebody, size=size),
        getattr(somebody, "name", somebody),
    )


# Things to press ----------------------------------------------------------------------------------


@register.simple_block_tag
def button(content: str, kind: str = "", size: str = "", **more: Any) -> SafeString:
    """A button inside a form. Kinds: "" (strong), soft, ghost, dusk, care, quiet."""
    extra = str(more.pop("class", ""))
    more.setdefault("type", "submit")
    return format_html(
        '<button class="{}"{}>{}</button>',
        classes("btn", kind, size, extra),
        attributes(more),
        inner(content),
    )


@register.simple_block_tag
def link_button(content: str, url: str, kind: str = "", size: str = "", **more: Any) -> SafeString:
    """A link that looks like a button: it goes somewhere and changes nothing."""
    extra = str(more.pop("class", ""))
    return format_html(
        '<a class="{}" href="{}"{}>{}</a>',
        classes("btn", kind, size, extra),
        url,
        attributes(more),
        inner(content),
    )


@register.simple_block_tag(takes_context=True)
def act(
    context: Context,
    content: str,
    url: str,
    kind: str = "",
    size: str = "",
    name: str = "",
    value: str = "",
    **more: Any,
) -> SafeString:
    """One button that posts by itself, in a form with its key; more attributes go on the form."""
    request: HttpRequest | None = context.get("request")
    key = get_token(request) if request else ""
    pressed = {"aria-pressed": more.pop("pressed", None)}
    return format_html(
        '<form class="act" method="post" action="{}"{}>'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="{}" type="submit"{}>{}</button></form>',
        url,
        attributes(more),
        key,
        classes("btn", kind, size),
        attributes({"name": name or None, "value": value if name else None} | pressed),
        inner(content),
    )


# Frames around words ------------------------------------------------------------------------------


@register.simple_block_tag
def card(content: str, tone: str = "", tag: str = "section", **more: Any) -> SafeString:
    """A sheet of paper. Tones: "", soft, sun, dusk, sunk, deep (the page's one next step)."""
    extra = str(more.pop("class", ""))
    return format_html(
        '<{} class="{}"{}>{}</{}>',
        tag,
        classes("card", tone, extra),
        attributes(more),
        content,
        tag,
    )


@register.simple_tag
def chip(words: Any, tone: str = "", picture: str = "") -> SafeString:
    """A few words in a rounded frame. Tones: "", brand, sun, dusk, care."""
    drawn = icon(picture) if picture else NOTHING
    return format_html('<span class="{}">{}{}</span>', classes("chip", tone), drawn, words)


NOTICE_PICTURES = {"info": "info", "warm": "sun", "dusk": "eye-off", "care": "life-buoy"}


@register.simple_block_tag
def notice(
    content: str, tone: str = "info", title: str = "", level: int = 2, **more: Any
) -> SafeString:
    """Something to know: info, warm, dusk (only this reader sees it), care (danger to a person)."""
    head = format_html("<h{}>{}</h{}>", level, title, level) if title else NOTHING
    return format_html(
        '<div class="{}"{}>{}<div class="flow">{}{}</div></div>',
        classes("notice", tone),
        attributes(more),
        icon(NOTICE_PICTURES.get(tone, "info")),
        head,
        content,
    )


@register.simple_block_tag
def nothing_here(
    content: str, title: str, url: str = "", step: str = "", level: int = 2
) -> SafeString:
    """An empty place: what could be here, and one step."""
    one_step = format_html('<a class="btn soft" href="{}">{}</a>', url, step) if url else NOTHING
    return format_html(
        '<div class="nothing">'
        '<svg class="rest" viewBox="0 0 36 24" aria-hidden="true" focusable="false">'
        '<ellipse class="stands" cx="12" cy="13" rx="10.6" ry="10"/>'
        '<ellipse class="leans" cx="26" cy="15" rx="9" ry="7.6"/></svg>'
        "<h{0}>{1}</h{0}><div>{2}</div>{3}</div>",
        level,
        title,
        content,
        one_step,
    )


@register.simple_block_tag
def dialog(content: str, name: str, title: str) -> SafeString:
    """A native dialog. `{% opens name %}` opens it; without JavaScript it opens where it stands."""
    return format_html(
        '<dialog class="dialog" id="{}" aria-labelledby="{}-title"><div class="dialog-head">'
        '<h2 id="{}-title">{}</h2>'
        '<a class="btn ghost small" href="#main" data-closes>{}</a></div>{}</dialog>',
        name,
        name,
        name,
        title,
        _("Close"),
        content,
    )


@register.simple_block_tag
def opens(content: str, name: str, kind: str = "soft", size: str = "") -> SafeString:
    """The link that opens the dialog `name`."""
    return format_html(
        '<a class="{}" href="#{}" data-opens="{}">{}</a>',
        classes("btn", kind, size),
        name,
        name,
        inner(content),
    )


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    """Links between the pages of one thing; `label` tells a screen reader what they belong to."""
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, content)


@register.simple_tag(takes_context=True)
def tab(context: Context, url: str, words: Any, *, current: bool | None = None) -> SafeString:
    """One of the tabs; it knows by its address whether it is the page that is open."""
    request: HttpRequest | None = context.get("request")
    if current is None:
        current = request is not None and request.path == url
    return format_html(
        '<li><a href="{}"{}>{}</a></li>',
        url,
        attributes({"aria-current": "page" if current else None}),
        words,
    )


@register.simple_block_tag
def table(content: str, caption: str) -> SafeString:
    """A table that scrolls within itself on a narrow screen; the content is thead and tbody."""
    return format_html(
        '<div class="table" role="region" aria-label="{}" tabindex="0">'
        "<table><caption>{}</caption>{}</table></div>",
        caption,
        caption,
        content,
    )


@register.simple_block_tag
def chart(content: str, title: str, words: str, level: int = 3) -> SafeString:
    """A picture of numbers: what it says in words stands first."""
    return format_html(
        '<figure class="chart"><figcaption class="flow"><h{}>{}</h{}><p>{}</p></figcaption>'
        "{}</figure>",
        level,
        title,
        level,
        words,
        content,
    )


@register.simple_tag
def bars(rows: Sequence[tuple[Any, float, Any]], of: str, low: float | None = None) -> SafeString:
    """Upright bars with the same numbers as a table beneath.

    `rows` are (label, number, number in words), `of` says what is counted, and bars beneath `low`
    are lighter.
    """
    if not rows:
        return NOTHING
    most = max((value for _label, value, _shown in rows), default=0) or 1
    step = 720 / len(rows)
    drawn = format_html_join(
        "",
        '<g><rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="6"/>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text x="{}" y="178" text-anchor="middle">{}</text></g>',
        (
            (
                classes("bar", "low" if low is not None and value < low else ""),
                round(place * step + step * 0.18, 1),
                round(156 - 130 * value / most, 1),
                round(step * 0.64, 1),
                round(130 * value / most, 1),
                round((place + 0.5) * step, 1),
                round(149 - 130 * value / most, 1),
                shown,
                round((place + 0.5) * step, 1),
                label,
            )
            for place, (label, value, shown) in enumerate(rows)
        ),
    )
    cells = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="number">{}</td></tr>',
        ((label, shown) for label, _value, shown in rows),
    )
    return format_html(
        '<svg class="drawing" viewBox="0 0 720 186" aria-hidden="true" focusable="false">{}'
        '<line class="ground" x1="0" y1="156.5" x2="720" y2="156.5"/></svg>'
        "<details><summary>{}</summary>"
        '<div class="table"><table><thead><tr><td></td><th scope="col" class="number">{}</th></tr>'
        "</thead><tbody>{}</tbody></table></div></details>",
        drawn,
        _("The same as a table"),
        of,
        cells,
    )


# Forms --------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, look: str = "", *, optional: bool | None = None) -> SafeString:
    """One question with its label, hint and error, tied together for screen readers.

    Looks: "" (as its widget is), chips, cards, pebbles (for choices), switch (for one yes or no).
    "If you like" stands at optional questions, unless every question of the form is optional.
    """
    if bound.is_hidden:
        return bound.as_hidden()
    if optional is None:
        asked = [each.field.required for each in bound.form.visible_fields()]
        optional = any(asked) and not bound.field.required
    if bound.use_fieldset:
        return _choices(bound, look, optional=optional)
    if isinstance(bound.field.widget, CheckboxInput):
        return _yes_or_no(bound, look)
    return format_html(
        '<div class="field"><label for="{}">{}{}</label>{}{}{}</div>',
        bound.id_for_label,
        bound.label,
        _optional(optional=optional),
        _hint(bound),
        _widget(bound, **{"class": classes("input", bound.field.widget.attrs.get("class", ""))}),
        _error(bound),
    )


@register.simple_tag
def fields(form: Form, *only: str) -> SafeString:
    """All questions of a form in their order, or those named; hidden ones too."""
    chosen: Iterable[BoundField] = (form[name] for name in only) if only else form
    return format_html_join("\n", "{}", ((field(bound),) for bound in chosen))


@register.simple_tag
def errors(form: Form) -> SafeString:
    """Above a form that came back: what is missing, with links to it. Empty when all is well."""
    if not form.is_bound or not form.errors:
        return NOTHING
    lines = [
        (f"#{_first_id(form[name])}", form[name].label, words)
        for name, each in form.errors.items()
        if name in form.fields
        for words in each
    ]
    return format_html(
        '<div class="notice warm" role="alert" tabindex="-1" id="{}" data-look-here>{}'
        '<div class="flow"><h2>{}</h2>{}<p>{}</p><ul class="plain">{}</ul></div></div>',
        form.add_prefix("form-errors"),
        icon("pencil"),
        _("Not sent yet"),
        format_html_join("", "<p>{}</p>", ((words,) for words in form.non_field_errors())),
        _kept(form),
        format_html_join("", '<li><a href="{}">{}</a>: {}</li>', lines),
    )


def _kept(form: Form) -> str:
    if any(isinstance(each.widget, PasswordInput) for each in form.fields.values()):
        return _("What you wrote is still here. Only a passphrase has to be written again.")
    return _("What you wrote is still here.")


def _first_id(bound: BoundField) -> str:
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label


def _optional(*, optional: bool) -> SafeString:
    return (
        format_html(' <span class="optional">{}</span>', _("(if you like)"))
        if optional
        else NOTHING
    )


def _hint(bound: BoundField) -> SafeString:
    if not bound.help_text:
        return NOTHING
    return format_html('<p class="hint" id="{}_helptext">{}</p>', bound.auto_id, bound.help_text)


def _error(bound: BoundField) -> SafeString:
    if not bound.errors:
        return NOTHING
    words = format_html_join(" ", "{}", ((each,) for each in bound.errors))
    return format_html(
        '<p class="error" id="{}_error">{}<span>{}</span></p>', bound.auto_id, icon("pencil"), words
    )


def _described(bound: BoundField) -> str | None:
    ids = [f"{bound.auto_id}_helptext"] * bool(bound.help_text)
    ids += [f"{bound.auto_id}_error"] * bool(bound.errors)
    return " ".join(ids) or None


def _widget(bound: BoundField, **more: str) -> SafeString:
    given: dict[str, str | bool] = {**more}
    if described := _described(bound):
        given["aria-describedby"] = described
    return bound.as_widget(attrs=given)


def _choices(bound: BoundField, look: str, *, optional: bool) -> SafeString:
    options = format_html_join("", "{}", ((_option(each, look),) for each in bound.subwidgets))
    return format_html(
        '<fieldset class="field"{}><legend>{}{}</legend>{}<div class="{}">{}</div>{}</fieldset>',
        attributes({"aria-describedby": _described(bound)}),
        bound.label,
        _optional(optional=optional),
        _hint(bound),
        classes(
            "options", {"chips": "chips", "pebbles": "chips", "cards": "cards-of"}.get(look, "")
        ),
        options,
        _error(bound),
    )


def _option(each: BoundWidget, look: str) -> SafeString:
    words: Any = format_html("<span>{}</span>", each.choice_label)
    shape = {"chips": "as-chip", "cards": "as-card", "pebbles": "as-pebble"}.get(look, "")
    if look == "pebbles":
        words = format_html(
            '<span class="pebble pebble-{}"></span><span class="only-heard">{}</span>',
            each.data["value"],
            each.choice_label,
        )
    return format_html(
        '<label class="{}" for="{}">{}{}</label>',
        classes("option", shape),
        each.id_for_label,
        _tick(each),
        words,
    )


def _tick(each: BoundWidget) -> SafeString:
    """One box or radio button, as Django's own template draws it: a form has dozens of them, and a
    template for each was a third of the finder's page."""
    told = each.data
    value = None if told["value"] is None else str(told["value"])
    given = {"type": told["type"], "name": told["name"], "value": value, **told["attrs"]}
    return format_html("<input{}>", attributes(given))


def _yes_or_no(bound: BoundField, look: str) -> SafeString:
    drawn = format_html("{}<span>{}</span>", _widget(bound), bound.label)
    if look == "switch":
        drawn = format_html(
            '<span>{}</span>{}<span class="switch" aria-hidden="true"></span>',
            bound.label,
            _widget(bound),
        )
    return format_html(
        '<div class="field"><label class="{}" for="{}">{}</label>{}{}</div>',
        classes("option", "as-switch" if look == "switch" else ""),
        bound.id_for_label,
        drawn,
        _hint(bound),
        _error(bound),
    )


# Moments ------------------------------------------------------------------------------------------


def _zone(given: Any) -> ZoneInfo | None:
    if given is None or given == "":
        return None
    return given if isinstance(given, ZoneInfo) else ZoneInfo(str(given))


def _reader(context: Context) -> ZoneInfo | None:
    """The reader's zone when somebody above knows it: `request.zone`."""
    return _zone(getattr(context.get("request"), "zone", None))


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime, zone: Any = None, reader: Any = None) -> SafeString:
    """A moment where it happens, with the city's name unless the reader surely shares its clock.

    A device that keeps another clock than its reader is away with them: `moments.js` then says the
    city after all.
    """
    here = _zone(reader) or _reader(context)
    there = _zone(zone) or here or _zone(timezone.get_current_timezone_name()) or ZoneInfo("UTC")
    now, zones = clock.now(), {"data-zone": there.key}
    if here:
        zoned = moments.spoken(moment, there, now=now)
        zones |= {"data-reader": here.key, "data-zoned": zoned}
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        moment.isoformat(),
        attributes(zones),
        moments.spoken(moment, there, now=now, reader=here),
    )


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime) -> SafeString:
    """How long ago something was said."""
    zone = _reader(context) or _zone(timezone.get_current_timezone_name()) or ZoneInfo("UTC")
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.isoformat(),
        moments.since(moment, now=clock.now(), zone=zone),
    )


# Slots --------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, thing: object = None) -> SafeString:
    """What the apps above put here for this reader; may be empty."""
    return slots.filled(name, context.get("request"), thing)


@register.simple_tag(takes_context=True)
def ways(context: Context, place: str = "main") -> list[slots.Link]:
    """The header's links for this reader: `{% ways as links %}`."""
    return slots.links(context.get("request"), place)
