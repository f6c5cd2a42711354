"""The console's forms: as the templates write them, and as they stand on an open page."""

import dataclasses
import re

from browser import ROOT
from steps import STEPS

TEMPLATES = ROOT / "Services" / "APIGateway" / "Console" / "Resources" / "Templates"
NOT_TYPED = {"hidden", "checkbox", "radio", "submit", "button", "range", "color", "file"}


@dataclasses.dataclass(frozen=True)
class Form:
    """A form of a template: patterns of its action and of the names of the fields that people type into."""

    template: str
    method: str
    action: str
    typed: frozenset

    def __str__(self):
        return f"{self.method} {self.action} of {self.template}.mustache"

    def is_of(self, found):
        """Whether a form on a page is this one."""
        return found["method"] == self.method and re.fullmatch(self.action, found["action"]) is not None


def pattern(text, stand_in):
    """A text with tags in it as a regular expression."""
    return "".join(
        stand_in if part.startswith("{{") else re.escape(part) for part in re.split(r"(\{\{.*?\}\})", text) if part)


def action_pattern(action):
    if action == "{{.path}}":
        return r"/previews/[^/]+/[\w/.-]+"
    if action == "{{.address}}":
        return r"/previews/[^/]+/services/[^/]+/logs"
    return pattern(action.replace("{{.path}}", "/previews/{{id}}"), "[^/]+")


def expanded(name, step):
    """A template with the partial templates that it names; in that of the wizard the named step."""
    text = (TEMPLATES / f"{name}.mustache").read_text(encoding="utf-8")
    if step:
        text = text.replace("{{>*stepTemplate}}", f"{{{{>wizard-{step}}}}}").replace("{{current}}", step)
    return re.sub(r"\{\{>([\w-]+)\}\}", lambda found: expanded(found[1], None), text)


def attribute(tag, name, default=None):
    found = re.search(rf'(?<![\w-]){name}="([^"]*)"', tag)
    return found[1] if found else default


def written():
    """Every form of every template, each of the wizard's steps by itself."""
    forms = {}
    for path in sorted(TEMPLATES.glob("*.mustache")):
        text = path.read_text(encoding="utf-8")
        if "<form" not in text:
            continue
        for step in map(str.lower, STEPS) if "{{>*stepTemplate}}" in text else [None]:
            for opening, inner in re.findall(r"<form\b([^>]*)>(.*?)</form>", expanded(path.stem, step), re.DOTALL):
                typed = frozenset(
                    pattern(attribute(tag, "name"), ".+") for tag in re.findall(r"<(?:input|textarea)\b([^>]*)>", inner)
                    if attribute(tag, "type") not in NOT_TYPED and not re.search(r"\shidden(\s|$)", tag))
                form = Form(
                    path.stem, attribute(opening, "method", "get"), action_pattern(attribute(opening, "action")), typed)
                forms.setdefault((form.method, form.action, form.typed), form)
    return list(forms.values())


def on_page(browser):
    """The forms of the open page, each with its number there and its fields."""
    return browser.js("""
        const shown = (field) => field.name && !field.hidden && !arguments[0].includes(field.type) && !field.disabled
            && (field.matches("textarea") || field.matches("input"));
        return [...document.forms].map((form, number) => ({
            number, method: form.method, action: new URL(form.getAttribute('action'), location).pathname,
            typed: [...form.elements].filter(shown).map(({name, type}) => ({name, type})),
            names: [...new Set([...form.elements].map(({name}) => name).filter((name) => name && name !== "csrf"))]}))""",
        list(NOT_TYPED))


def kind(name):
    """What a field is for, whichever service or variable it is of."""
    return re.sub(r"\|(?!new).*|\d+", "", name)


def enter(browser, form, names, text):
    """Puts a text into fields of a form, past all that a browser would not let through, and sends the form."""
    def send():
        browser.js("""
            const [{method, action}, names, text] = arguments;
            const form = [...document.forms].find((form) => form.method === method
                && new URL(form.getAttribute("action"), location).pathname === action
                && names.every((name) => form.elements.namedItem(name)));
            for (const field of [...form.elements].filter((field) => names.includes(field.name))) {
                if (field.matches("input")) field.type = "text";
                field.value = text;
            }
            form.noValidate = true;
            if (form.method === "get") { HTMLFormElement.prototype.submit.call(form); return; }
            const buttons = [...form.querySelectorAll("button:not(.unseen, [type=button], :disabled)")];
            form.requestSubmit(buttons.find((button) => button.value === "stay")
                ?? buttons.find((button) => button.matches(".primary, .danger")) ?? buttons[0])""",
            form, names, text)

    browser.turns(send)
