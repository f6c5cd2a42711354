// New preview: what the server does at each step, shown before it is asked.
function filter(input) {
    const words = input.value.trim().toLowerCase();
    for (const item of document.querySelectorAll(input.dataset.filter)) {
        item.hidden = !item.dataset.text.toLowerCase().includes(words);
    }
}

function chooseCluster() {
    const boxes = [...document.querySelectorAll("[data-cluster]")];
    const chosen = boxes.find((box) => box.checked)?.dataset.cluster;
    for (const box of boxes) {
        if (!("switch" in box.dataset)) continue;
        const isElsewhere = Boolean(chosen) && box.dataset.cluster !== chosen;
        box.disabled = isElsewhere && !box.checked;
        box.parentElement.querySelector(".why").textContent =
            isElsewhere ? `On another cluster than ${chosen}; a preview is on one cluster.` : "";
    }
    const count = document.getElementById("chosen");
    if (count) count.textContent = boxes.filter((box) => box.checked).length;
}

document.addEventListener("input", ({ target }) => { if (target.dataset.filter) filter(target); });
document.addEventListener("change", ({ target }) => { if (target.dataset.cluster) chooseCluster(); });
document.addEventListener("click", ({ target }) => {
    if (!target.dataset?.put) return;
    const input = document.getElementById(target.dataset.into);
    input.value = target.dataset.put;
    input.focus();
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
});
// Enter in a search narrows what is shown; it does not send the form.
document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-filter], [data-ask]")) event.preventDefault();
});
