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

// A list within a form that has several pages: the server keeps what was typed, and shows what matches. What is asked
// last is answered.
let asked = 0;
function ask(form) {
    asked += 1;
    const turn = asked, region = form.querySelector("[data-region]");
    inTurn(async () => {
        if (turn !== asked) return;
        for (const field of region.querySelectorAll("[data-touched]")) delete field.dataset.touched;
        const answer = await send(form, "to", 1);
        if (answer.isElsewhere) { show(answer); return; }
        // Whoever types in the list meanwhile goes on with it.
        if (region.contains(document.activeElement) || region.querySelector("[data-touched]")) return;
        history.replaceState(null, "", answer.url);
        const next = answer.page.getElementById(region.id);
        for (const fields of region.querySelectorAll(".new")) next.querySelector(`#${fields.id}`)?.replaceWith(fields);
        region.replaceWith(next);
        prepare();
    }).catch(() => {
        // The browser shows what is wrong.
        form.requestSubmit(form.querySelector("[name=to]"));
    });
}
document.addEventListener("input", ({ target }) => {
    if (!("ask" in target.dataset) || target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 250, target.form);
});
document.addEventListener("change", ({ target }) => {
    if ("ask" in target.dataset && target.type !== "search") ask(target.form);
});
