// New preview: the server keeps what is typed as the person goes, and says what is wrong with it. A variable that is still
// to be added is left to its button: half a name would be one, too.
function typed(form) {
    const fields = new URLSearchParams(new FormData(form));
    for (const name of new Set(fields.keys())) if (name.includes("|new|")) fields.delete(name);
    return fields;
}

// What is sent waits for the answer to what was sent before: that says what it goes on from.
let underWay = 0, keeping = Promise.resolve();
function inTurn(work) {
    underWay += 1;
    const done = keeping.then(work).finally(() => { underWay -= 1; });
    keeping = done.catch(() => {});
    return done;
}

// `sent` has no answer yet, so the server may have it or not; to send it again changes nothing where it does. The tab
// remembers it, and what was typed since, but for secrets: a page that is left before the answer is there sends both when
// it comes up again.
let keeper, sent, recalled = [], isTyped = false;
function remember(form) {
    const bodies = [sent, ...recalled, isTyped && typed(form)].filter(Boolean).map((body) => {
        const isSecret = (name) => name.startsWith("value|") && form.elements[name.replace("value", "secret")]?.checked;
        return String(new URLSearchParams([...body].filter(([name]) => name !== "csrf" && !isSecret(name))));
    });
    if (bodies.length) sessionStorage.setItem(location.pathname, JSON.stringify(bodies));
    else sessionStorage.removeItem(location.pathname);
}

async function deliver(form) {
    const fields = sent, keepalive = fields.toString().length < 60_000;
    const response = await fetch(form.getAttribute("action"), { method: "POST", body: fields, keepalive });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.status < 500) sent = undefined;
    const revision = page.querySelector("#wizard [name=revision]")?.value;
    if (!response.ok || !revision) throw new Error(response.statusText);
    const { pathname } = new URL(response.url);
    form.setAttribute("action", pathname);
    form.elements.revision.value = revision;
    for (const body of recalled) body.set("revision", revision);
    remember(form);
    return { page, fields, revision, url: response.url, isElsewhere: pathname !== location.pathname };
}

async function send(form, name, value) {
    if (sent) await deliver(form);
    sent = typed(form);
    sent.set(name, value);
    isTyped = false;
    remember(form);
    return deliver(form);
}

function show({ page, url }) {
    history.replaceState(null, "", url);
    document.getElementById("main").replaceWith(page.getElementById("main"));
    prepare();
}

// After a pause the person may still be typing; else a field was left.
function keep(form, isPause = false) {
    clearTimeout(keeper);
    keeper = undefined;
    inTurn(() => send(form, "action", "keep")).then(async (answer) => {
        tell("");
        if (!keeper && !underWay) sayKept(true);
        if (!answer.isElsewhere) {
            await released;
            mark(form, answer, isPause);
        } else if (isTyped) keep(form);
        // Another tab has changed the step: what was typed here goes on in a draft of its own, whose page says so.
        else show(answer);
    }, () => tell("What you type is not kept now; it is sent when you go on."));
}

function sayKept(isKept) {
    const hint = document.querySelector("[data-kept]");
    if (hint) hint.textContent = isKept ? hint.dataset.kept : "Keeping what you typed…";
}

function keepSoon({ type, target }) {
    const form = target.closest("form#wizard");
    if (!form || "ask" in target.dataset || "filter" in target.dataset || target.name.includes("|new|")) return;
    sayKept(false);
    isTyped = true;
    clearTimeout(keeper);
    if (type === "change") keep(form);
    else keeper = setTimeout(keep, 400, form, true);
    remember(form);
}
document.addEventListener("input", keepSoon);
document.addEventListener("change", keepSoon);
// The form itself says it all, but not before an answer is there that makes it outdated. Other forms of the page, such as
// those that discard the draft or change the theme, are sent after what was typed is kept.
document.addEventListener("submit", (event) => {
    const form = event.target, isWizard = form.matches("#wizard");
    if (keeper && !isWizard) keep(document.querySelector("form#wizard"));
    if (underWay) {
        event.preventDefault();
        keeping.then(() => form.requestSubmit(event.submitter));
        return;
    }
    if (!isWizard) return;
    clearTimeout(keeper);
    keeper = undefined;
    sent = undefined;
    isTyped = false;
    remember(form);
});
addEventListener("pagehide", () => { if (keeper) keep(document.querySelector("form#wizard")); });

// The page has come up, perhaps without what was typed before it was left.
function recall() {
    const form = document.querySelector("form#wizard");
    const bodies = form && JSON.parse(sessionStorage.getItem(location.pathname));
    if (!bodies) return;
    recalled = bodies.map((body) => new URLSearchParams(body));
    form.inert = true;
    restore(form, form.elements.revision.value);
}

function restore(form, shown) {
    inTurn(async () => {
        let answer;
        while (sent || recalled.length) {
            sent ??= recalled.shift();
            sent.set("csrf", form.elements.csrf.value);
            sent.set("action", "keep");
            answer = await deliver(form);
        }
        return answer;
    }).then((answer) => {
        if (answer.isElsewhere) show(answer);
        else if (answer.revision !== shown) location.reload();
        else form.inert = false;
    }, () => {
        tell(`What you typed last could not be kept${sent ? " yet; trying again." : "."}`);
        if (sent) setTimeout(restore, 2000, form, shown);
        else { recalled = []; remember(form); form.inert = false; }
    });
}
