"use strict";

// Times: `left` counts down, `ago` counts up, `clock` has seconds, else the instant in the browser's zone. The exact time is
// in the title.
const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "always", style: "short" });
const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
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
    } else if (element.dataset.time === "clock") {
        text = clock.format(instant);
    }
    if (element.textContent !== text) element.textContent = text;
    element.title ||= exact.format(instant);
}

function showTimes(root = document) {
    for (const element of root.querySelectorAll("time[datetime]")) showTime(element);
}

// Days that a form asks for are those of the reader's zone; without script they are UTC's.
function takeZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const input of document.querySelectorAll("[data-zone]")) {
        input.value = zone;
        document.getElementById(input.dataset.zone).textContent = zone;
    }
}
