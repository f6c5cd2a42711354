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
