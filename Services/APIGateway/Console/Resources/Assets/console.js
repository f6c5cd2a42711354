// What pages do beyond being read: times in the reader's zone, live updates, copying. Everything works without it.
"use strict";

// Times: `left` counts down, `ago` counts up, else the instant in the browser's zone. The exact time is in the title.
const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "always", style: "short" });
const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

function span(seconds) {
    const index = units.findIndex(([, size]) => seconds >= size);
    if (index < 0) return "0 s";
    const parts = [];
    for (const [name, size] of units.slice(index, index + 2)) {
        const count = Math.floor(seconds / size);
        seconds -= count * size;
        if (count) parts.push(`${count} ${{ day: "d", hour: "h", minute: "min", second: "s" }[name]}`);
    }
    return parts.join(" ");
}

function showTime(element) {
    const instant = new Date(element.dateTime);
    const seconds = Math.round((instant - Date.now()) / 1000);
    let text = local.format(instant);
    if (element.dataset.time === "left") {
        text = seconds > 0 ? span(seconds) : "over";
    } else if (element.dataset.time === "ago") {
        const [name, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
        text = Math.abs(seconds) < 5 ? "just now" : relative.format(Math.trunc(seconds / size), name);
    }
    if (element.textContent !== text) element.textContent = text;
    element.title ||= exact.format(instant);
}

function showTimes(root = document) {
    for (const element of root.querySelectorAll("time[datetime]")) showTime(element);
}

// Brings a part of the page to what the server shows now, and leaves alone what the person is using: what has the
// focus, what is typed, what is unfolded.
function morph(old, next) {
    if (old.isEqualNode(next)) return;
    if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || (old.id ?? "") !== (next.id ?? "")) {
        old.replaceWith(next);
        return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
        if (old.data !== next.data) old.data = next.data;
        return;
    }
    if (old.matches("time[datetime]") && old.dateTime === next.dateTime) return;
    if (old.matches("input, textarea, select") && (old === document.activeElement || old.dataset.touched)) return;
    for (const { name } of [...old.attributes]) {
        const kept = name === "open" && old.matches("details");
        if (!next.hasAttribute(name) && !kept) old.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) {
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    morphChildren(old, next);
}

function morphChildren(old, next) {
    const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
    let current = old.firstChild;
    for (const wanted of [...next.childNodes]) {
        const match = wanted.id ? known.get(wanted.id) : current?.id ? undefined : current;
        if (!match) {
            old.insertBefore(wanted, current);
            continue;
        }
        if (match === current) current = current.nextSibling;
        else old.insertBefore(match, current);
        morph(match, wanted);
    }
    while (current) {
        const following = current.nextSibling;
        current.remove();
        current = following;
    }
}

// The server's page, in the regions that may change. Requests that come while one is under way are one more.
let isFetching = false, isStale = false, isSignedOut = false, version = "";

async function refresh() {
    if (isFetching) { isStale = true; return; }
    isFetching = true;
    try {
        const response = await fetch(location.href, { headers: { "X-Understudy-Live": "1", "If-None-Match": version }, cache: "no-store" });
        if (response.redirected && new URL(response.url).pathname === "/sign-in") {
            isSignedOut = true;
            tell("You are signed out. Reload the page to sign in again.");
            return;
        }
        if (response.status >= 500) throw new Error(response.statusText);
        if (response.status === 304) { tell(""); return; }
        version = response.headers.get("ETag") ?? "";
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const regions = document.querySelectorAll("[data-region]");
        for (const region of regions) {
            const next = page.getElementById(region.id);
            if (next) morph(region, document.importNode(next, true));
        }
        // Another kind of page stands here now, such as one that says that there is nothing any more.
        if (regions.length > 1 && !page.querySelector("[data-region]:not(#broker)")) location.reload();
        document.title = page.title;
        tell("");
        prepare();
    } catch {
        tell("The gateway does not answer. What you see may be outdated; trying again.");
        setTimeout(refresh, 2000);
    } finally {
        isFetching = false;
        if (isStale) { isStale = false; refresh(); }
    }
}

function tell(text) {
    const banner = document.getElementById("connection");
    if (!banner || banner.textContent === text) return;
    banner.textContent = text;
    banner.hidden = !text;
}

function follow(path) {
    const events = new EventSource(path);
    events.onopen = refresh;
    events.onmessage = refresh;
    events.onerror = async () => {
        tell("The connection to the gateway is lost; connecting again.");
        if (events.readyState !== EventSource.CLOSED) return;
        // A browser gives up on an answer that is no stream; such as that of a proxy whose gateway restarts, or the way
        // to signing in.
        await refresh();
        if (!isSignedOut) setTimeout(() => follow(path), 2000);
    };
    addEventListener("pagehide", () => events.close(), { once: true });
}

function prepare() {
    showTimes();
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

// New preview: what the server does at each step, shown before it is asked.
function filter(input) {
    const kind = document.querySelector("[data-kind]")?.value;
    const words = input.value.trim().toLowerCase();
    for (const item of document.querySelectorAll(input.dataset.filter)) {
        item.hidden = !item.dataset.text.toLowerCase().includes(words) || Boolean(kind) && item.dataset.is !== kind;
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
document.addEventListener("change", ({ target }) => {
    if (target.dataset.cluster) chooseCluster();
    if (target.dataset.kind) filter(document.querySelector("[data-filter]"));
});
document.addEventListener("click", ({ target }) => {
    if (!target.dataset?.put) return;
    const input = document.getElementById(target.dataset.into);
    input.value = target.dataset.put;
    input.focus();
});
// Enter in a search narrows what is shown; it does not send the form.
document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.dataset?.filter) event.preventDefault();
});

// Logs, which nobody tells of: fetched again while they are seen. Who reads the end is kept at the end.
function followEnd(change) {
    const logs = [...document.querySelectorAll(".log")];
    const atEnd = logs.filter((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 40).map((log) => log.parentNode.id);
    return Promise.resolve(change()).then(() => {
        for (const id of atEnd) {
            const log = document.querySelector(`#${CSS.escape(id)} .log`);
            if (log) log.scrollTop = log.scrollHeight;
        }
    });
}

function poll(delay) {
    const pause = document.querySelector("[data-pause]");
    const labels = [pause.textContent, pause.dataset.pause];
    let isPaused = false;
    pause.hidden = false;
    pause.addEventListener("click", () => {
        isPaused = !isPaused;
        pause.textContent = labels[Number(isPaused)];
    });
    for (const log of document.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
    const next = () => setTimeout(async () => {
        if (!isPaused && document.visibilityState === "visible") await followEnd(refresh);
        if (document.querySelector("[data-poll]")) next();
    }, delay);
    next();
}

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

// A page that the browser kept is brought up to date when the person comes back to it.
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });

const path = document.getElementById("main")?.dataset.live;
const menu = document.querySelector("[data-menu]");
if (menu && matchMedia("(max-width: 60rem)").matches) menu.open = false;
prepare();
setInterval(showTimes, 1000);
if (path) follow(path);
const polled = document.querySelector("[data-poll]");
if (polled) poll(Number(polled.dataset.poll));
