// What every page does beyond being read; it works without.
function prepare() {
    showTimes();
    takeZone();
    for (const button of document.querySelectorAll("[data-copy][hidden], [data-put][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const label = button.innerHTML;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.innerHTML = label; }, 1500);
});
document.addEventListener("input", ({ target }) => { target.dataset.touched = "1"; });

// A page that the browser kept is brought up to date when the person comes back to it.
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });

// The menu is folded where it would push the page down, and always there where it stands beside the page.
const menu = document.querySelector("[data-menu]");
const folded = matchMedia("(max-width: 60rem)");
function foldMenu() { if (menu) menu.open = !folded.matches; }
folded.addEventListener("change", foldMenu);
foldMenu();

prepare();
recall();
setInterval(showTimes, 1000);
const path = document.getElementById("main")?.dataset.live;
if (path) follow(path);
const polled = document.querySelector("[data-poll]");
if (polled) poll(Number(polled.dataset.poll));
