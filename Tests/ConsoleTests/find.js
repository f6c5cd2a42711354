// Finds what a person would call a button, a link or a field of that name, and can see.
const selectors = {
    button: "button, a.button, summary, input[type=submit], [role=button]",
    link: "a[href]",
    summary: "summary",
    field: "input:not([type=hidden]), select, textarea",
};

function words(text) {
    return (text ?? "").replace(/[\u2066-\u2069\u200e\u200f]/g, "").replace(/\s+/g, " ").trim();
}

function nameOf(element) {
    const labels = element.getAttribute("aria-labelledby")?.split(/\s+/).map((id) => document.getElementById(id));
    if (labels) return words(labels.map((label) => label?.textContent).join(" "));
    if (element.hasAttribute("aria-label")) return words(element.getAttribute("aria-label"));
    if (element.labels) {
        const own = [...element.labels].map((label) => label.textContent).join(" ");
        if (own) return words(own);
    }
    return words(element.innerText ?? element.value);
}

function find(kind, name, within) {
    const root = within ? document.querySelector(within) : document;
    if (!root) return null;
    const seen = [...root.querySelectorAll(selectors[kind])].filter((element) => element.checkVisibility());
    return seen.find((element) => nameOf(element) === name) ?? seen.find((element) => nameOf(element).startsWith(name)) ?? null;
}

// Whether using it leads to another page, or to the same one anew.
function leads(element, hasScript) {
    const link = element.closest("a[href]");
    if (!link) {
        const sends = element.type === "submit" && element.form !== null;
        return sends && !(hasScript && element.form.matches("[data-narrow]"));
    }
    const isHere = link.hash && link.href.split("#")[0] === location.href.split("#")[0];
    return !isHere && !link.target && !link.hasAttribute("download");
}

// Brings it into sight, and notes whether the next click reaches it. Tells the document, and whether a click leads on.
function aim(element, hasScript) {
    if (element.matches(":disabled")) throw new Error("it is disabled");
    element.scrollIntoView({block: "center", behavior: "instant"});
    window.isHit = false;
    const options = {capture: true, once: true};
    addEventListener("click", (event) => { window.isHit = event.composedPath().includes(element); }, options);
    return [performance.timeOrigin, leads(element, hasScript)];
}
