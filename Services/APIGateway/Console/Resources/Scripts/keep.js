// New preview: the server keeps what is typed as the person goes, so that a reload loses nothing. A variable that is still
// to be added is left to its button: half a name would be one, too.
let keeper, underWay = 0, keeping = Promise.resolve();

async function send(form) {
    const fields = new URLSearchParams(new FormData(form));
    for (const name of new Set(fields.keys())) if (name.includes("|new|")) fields.delete(name);
    fields.set("action", "stay");
    const keepalive = fields.toString().length < 60_000;
    const response = await fetch(form.getAttribute("action"), { method: "POST", body: fields, keepalive });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const revision = page.querySelector("#wizard [name=revision]");
    if (!response.ok || !revision) throw new Error(response.statusText);
    form.elements.revision.value = revision.value;
    if (new URL(response.url).pathname === location.pathname) return;
    // Another tab has changed the step: what was typed here goes on in a draft of its own, whose page says so.
    history.replaceState(null, "", response.url);
    document.getElementById("main").replaceWith(page.getElementById("main"));
    prepare();
}

function keep(form) {
    clearTimeout(keeper);
    keeper = undefined;
    underWay += 1;
    keeping = keeping.then(() => send(form)).then(() => tell(""), () => {
        tell("What you type is not kept now; it is sent when you go on.");
    }).finally(() => {
        underWay -= 1;
        if (!keeper && !underWay) sayKept(true);
    });
}

function sayKept(isKept) {
    const hint = document.querySelector("[data-kept]");
    if (hint) hint.textContent = isKept ? hint.dataset.kept : "Keeping what you typed…";
}

function keepSoon({ type, target }) {
    const form = target.closest("form#wizard");
    if (!form || "ask" in target.dataset || "filter" in target.dataset || target.name.includes("|new|")) return;
    sayKept(false);
    clearTimeout(keeper);
    if (type === "change") keep(form);
    else keeper = setTimeout(keep, 400, form);
}
document.addEventListener("input", keepSoon);
document.addEventListener("change", keepSoon);
// The form itself says it all, but not before an answer is there that makes it outdated. Other forms of the page, such as
// those that discard the draft or change the theme, are sent after what was typed is kept.
document.addEventListener("submit", (event) => {
    if (keeper && !event.target.matches("#wizard")) keep(document.querySelector("form#wizard"));
    clearTimeout(keeper);
    keeper = undefined;
    if (!underWay) return;
    event.preventDefault();
    keeping.then(() => event.target.requestSubmit(event.submitter));
});
addEventListener("pagehide", () => { if (keeper) keep(document.querySelector("form#wizard")); });
