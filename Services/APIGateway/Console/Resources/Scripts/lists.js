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
