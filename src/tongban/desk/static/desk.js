// Keys and ticks for desks. Every key presses a link or button that is on the page anyway: without this file all works.
"use strict";

const typing = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => rows().findIndex((row) => row.getAttribute("aria-current") === "true");

function choose(index) {
  const row = rows()[index];
  const link = row && row.querySelector("[data-preview]");
  if (!link) return;
  rows().forEach((other) => other.removeAttribute("aria-current"));
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  link.click();
}

function tick(index) {
  const box = rows()[index] && rows()[index].querySelector("input[type=checkbox]");
  if (box) box.click();
}

function press(key) {
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (found) found.click();
  return Boolean(found);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && press("Escape")) return event.preventDefault();
  if (typing(event.target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "/") {
    const search = document.querySelector("[role=search] input");
    if (search) { search.focus(); event.preventDefault(); }
  } else if (rows().length && document.querySelector("[data-preview]") && (key === "j" || key === "k")) {
    choose(Math.max(0, Math.min(rows().length - 1, current() + (key === "j" ? 1 : -1))));
  } else if (key === "x") {
    tick(Math.max(0, current()));
  } else if (key.length === 1 && press(key)) {
    event.preventDefault();
  }
});

// Where the preview has no place beside the list, a line opens the case itself.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-preview]");
  if (!link || !matchMedia("(max-width: 1199.98px)").matches) return;
  event.preventDefault();
  event.stopPropagation();
  location.href = link.dataset.open;
}, true);

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (event.target.closest("[data-print]")) return window.print();
  if (row && event.target.closest("[data-preview]")) {
    rows().forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
  } else if (row && !event.target.closest("a, button, input, label")) {
    choose(rows().indexOf(row));
  }
});

// The bar at the bottom: how many are ticked, on how many people it acts, and only what all of them allow.
const bar = document.querySelector("[data-selection]");

function count() {
  const chosen = [...document.querySelectorAll("[data-row] input[type=checkbox]:checked")];
  bar.hidden = chosen.length === 0;
  bar.querySelector("[data-chosen]").textContent = bar.dataset.wordsCases.replace("{n}", chosen.length);
  const people = chosen.reduce((sum, box) => sum + Number(box.dataset.people), 0);
  bar.querySelector("[data-people]").textContent = bar.dataset.wordsPeople.replace("{n}", people);
  bar.querySelectorAll("button[name=do]").forEach((button) => {
    button.hidden = !chosen.every((box) => box.dataset.allows.split(" ").includes(button.value));
  });
}

if (bar) {
  document.addEventListener("change", (event) => { if (event.target.closest("[data-row]")) count(); });
  count();
}

// Minutes that run: those of when the page was made, and what has passed since.
const made = Date.now();
setInterval(() => {
  const passed = Math.floor((Date.now() - made) / 60000);
  document.querySelectorAll("[data-minutes]").forEach((one) => {
    one.textContent = one.dataset.words.replace("{n}", Number(one.dataset.minutes) + passed);
  });
}, 15000);
