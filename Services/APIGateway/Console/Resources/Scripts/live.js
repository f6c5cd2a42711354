// Open pages are told that something changed, and fetch themselves again.

// What an element is known by while things around it come and go.
const key = (node) => node.id || undefined;

// Brings a part of the page to what the server shows now, and leaves alone what the person is using: what has the
// focus, what is typed, what is unfolded.
function morph(old, next) {
    if (old.isEqualNode(next)) return;
    if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || key(old) !== key(next)) {
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
        // What only scripts can do was shown already, and may have the focus.
        if (name === "hidden" && old.matches("[data-copy], [data-put]")) continue;
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    morphChildren(old, next);
}

function morphChildren(old, next) {
    const keys = new Set([...next.children].map(key));
    for (const child of [...old.children]) if (key(child) && !keys.has(key(child))) child.remove();
    const known = new Map([...old.children].filter(key).map((child) => [key(child), child]));
    let current = old.firstChild;
    for (const wanted of [...next.childNodes]) {
        const match = key(wanted) ? known.get(key(wanted)) : current && key(current) ? undefined : current;
        if (!match) {
            old.insertBefore(wanted, current);
            continue;
        }
        // What is moved loses the focus, so texts make way.
        while (current !== match && current?.nodeType === Node.TEXT_NODE) {
            const text = current;
            current = current.nextSibling;
            text.remove();
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
