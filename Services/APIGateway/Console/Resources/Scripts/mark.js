// New preview: what the server says of what was typed is shown where it was typed.

// What is pressed does not move away before it is clicked.
let released = Promise.resolve(), release = () => {};
document.addEventListener("pointerdown", () => {
    release();
    released = new Promise((resolve) => { release = resolve; });
});
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(release));

// Says what is wrong with a field once the person has left it, or where something was wrong before: nobody is interrupted
// while typing. What is wrong comes first on a page, so a field that the answer lacks is right.
function mark(form, { page, fields }, isPause) {
    const [problems, quota] = ["problems", "quota"].map((id) => document.getElementById(id));
    if (!isPause || problems.textContent) morph(problems, page.getElementById("problems"));
    if (quota) morph(quota, page.getElementById("quota"));
    const news = [];
    for (const field of form.querySelectorAll(".field [name]")) {
        const isInUse = field === document.activeElement;
        const isMarkable = field.hasAttribute("aria-invalid") || field.dataset.touched && !isInUse;
        if (!isMarkable || fields.get(field.name) !== field.value) continue;
        const old = field.closest(".field").querySelector(".problem");
        const next = page.getElementById("wizard").elements.namedItem(field.name);
        const problem = next?.closest(".field").querySelector(".problem");
        field.dataset.said ??= old?.textContent ?? "";
        old?.remove();
        if (problem) field.after(problem);
        for (const name of ["aria-invalid", "aria-describedby"]) {
            if (next?.hasAttribute(name)) field.setAttribute(name, next.getAttribute(name));
            else field.removeAttribute(name);
        }
        const text = problem?.textContent ?? "";
        if (isInUse || text === field.dataset.said) continue;
        field.dataset.said = text;
        if (text) news.push(`${field.labels[0].textContent}: ${text}`);
    }
    if (news.length) document.getElementById("said").textContent = news.join(" ");
}
