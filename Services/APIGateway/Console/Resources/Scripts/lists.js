// Lists are narrowed as the person types and chooses; the address says by what.
let waiting;
function narrow(form) {
    const fields = [...new FormData(form)].filter(([, value]) => value && value !== "newest");
    history.replaceState(null, "", `?${new URLSearchParams(fields)}`);
    refresh();
}
document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-narrow]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(narrow, target.type === "search" ? 250 : 0, form);
});
document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-narrow]")) return;
    event.preventDefault();
    narrow(event.target);
});

// A list within a form that has several pages: the server keeps what was typed, and shows what matches.
let isAsking = false, isAskedAgain = false;
async function ask(form) {
    if (isAsking) { isAskedAgain = true; return; }
    isAsking = true;
    await keeping;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("to", 1);
    const region = form.querySelector("[data-region]");
    for (const field of region.querySelectorAll("[data-touched]")) delete field.dataset.touched;
    try {
        const response = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        if (!response.ok || !page.getElementById(region.id)) throw new Error(response.statusText);
        const isSame = new URL(response.url).pathname === location.pathname;
        form.elements.revision.value = page.querySelector("[name=revision]").value;
        // Whoever types in the list meanwhile goes on with it.
        if (isSame && (region.contains(document.activeElement) || region.querySelector("[data-touched]"))) return;
        history.replaceState(null, "", response.url);
        const id = isSame ? region.id : "main";
        document.getElementById(id).replaceWith(page.getElementById(id));
        prepare();
    } catch {
        // The browser shows what is wrong.
        form.requestSubmit(form.querySelector("[name=to]"));
    } finally {
        isAsking = false;
        if (isAskedAgain) { isAskedAgain = false; ask(document.getElementById(form.id)); }
    }
}
document.addEventListener("input", ({ target }) => {
    if (!("ask" in target.dataset) || target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 250, target.form);
});
document.addEventListener("change", ({ target }) => {
    if ("ask" in target.dataset && target.type !== "search") ask(target.form);
});
