// The recorder without a network: what is noted, and where the walk was when, is kept on the phone first (IndexedDB), sent
// when there is a network, and taken off only when the server has it. Each has a number of its own, so it counts once
// however often it is sent. Without this script the recorder works as any form does.
"use strict";

(() => {
  const box = document.querySelector("[data-walk]");
  if (!box || !window.indexedDB) return;
  const { walk, address, ...words } = box.dataset;
  const labels = { note: words.note, pause: words.pause, resume: words.resume, step: words.change };
  const list = box.querySelector("ol");
  const told = box.previousElementSibling;
  const noteForm = document.querySelector("form[data-note-form]");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const RETRY_MILLISECONDS = 20_000;
  const files = ["photo", "voice"];
  let step = words.step;
  let sending = Promise.resolve();
  let isKeeping = false;

  const number = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("tongban-walks", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // One thing done to what is kept, over when the phone has it.
  const store = async (mode, act) => {
    const transaction = (await opened).transaction("kept", mode);
    const request = act(transaction.objectStore("kept"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };

  const kept = async () => {
    const all = await store("readonly", (kind) => kind.getAll());
    return all.filter((one) => one.walk === walk).sort((a, b) => a.at - b.at);
  };

  const show = async () => {
    const all = await kept();
    list.replaceChildren(...all.map(line));
    box.hidden = all.length === 0;
    return all;
  };

  const line = (one) => {
    const item = document.createElement("li");
    const time = new Date(one.at).toTimeString().slice(0, 5);
    const parts = [time, labels[one.do], one.said, files.some((field) => one[field]) && words.file, one.refused || words.waiting];
    item.textContent = parts.filter(Boolean).join(" · ");
    if (one.refused) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = words.drop;
      button.addEventListener("click", async () => {
        await store("readwrite", (kind) => kind.delete(one.id));
        await show();
      });
      item.append(" ", button);
    }
    return item;
  };

  // How it went: true, the server has it; false, it could not be asked; words, why it does not take it.
  const send = async (one) => {
    const body = new FormData();
    const ago = Math.max(0, (Date.now() - one.at) / 1000);
    const fields = { csrfmiddlewaretoken: token, do: one.do, command: one.id, step: one.step, ago_seconds: ago };
    for (const [name, value] of Object.entries({ ...fields, pain: one.pain, said: one.said })) body.set(name, value ?? "");
    for (const field of files) if (one[field]) body.set(field, one[field], one[field].name);
    try {
      const headers = { Accept: "application/json" };
      const answer = await fetch(address, { method: "POST", body, headers, redirect: "manual" });
      if (answer.ok) return true;
      if (answer.type === "opaqueredirect" || answer.status === 403) return words.login;
      if (answer.status >= 500 || answer.status === 429) return false;
      return (await answer.json()).said;
    } catch {
      return false;
    }
  };

  const sendAll = async () => {
    let count = 0;
    for (const one of await kept()) {
      const went = await send(one);
      if (went === false) break;
      if (went === true) {
        count += 1;
        await store("readwrite", (kind) => kind.delete(one.id));
      } else {
        await store("readwrite", (kind) => kind.put({ ...one, refused: went }));
        if (went === words.login) break;
      }
    }
    const left = await show();
    const typed = noteForm?.querySelector("textarea").value || noteForm?.querySelector("input:checked");
    if (count && !left.length && !typed) location.replace(location.pathname);
  };

  // One sending at a time; who asks meanwhile waits for another after it.
  const flush = () => {
    sending = sending.then(sendAll, sendAll);
    return sending;
  };

  // Kept is what the phone has; only then is the form emptied.
  const keep = async (entry, after = () => {}) => {
    if (isKeeping) return;
    isKeeping = true;
    try {
      await store("readwrite", (kind) => kind.add({ id: number(), walk, at: Date.now(), step, ...entry }));
      told.textContent = words.keeping;
      after();
    } finally {
      isKeeping = false;
    }
    await show();
    flush();
  };

  const note = async () => {
    const said = new FormData(noteForm);
    const pain = said.get("pain");
    if (!pain) {
      told.textContent = words.face;
      return;
    }
    const entry = { do: "note", pain, said: said.get("said") };
    for (const field of files) if (said.get(field)?.size) entry[field] = said.get(field);
    await keep(entry, () => noteForm.reset());
  };

  const ways = {
    note,
    pause: () => keep({ do: "pause" }),
    resume: () => keep({ do: "resume" }),
    step: (form) => {
      step = form.elements.step.value;
      return keep({ do: "step", step });
    },
  };

  const taken = (event) => {
    const form = event.target;
    const what = event.submitter?.name === "do" ? event.submitter.value : form.elements.do?.value;
    if (!Object.hasOwn(ways, what)) return;
    event.preventDefault();
    event.stopPropagation();
    ways[what](form).catch(() => { told.textContent = words.full; });
    if (what === "pause" || what === "resume") {
      const next = what === "pause" ? "resume" : "pause";
      event.submitter.value = next;
      event.submitter.lastChild.textContent = event.submitter.dataset[next];
    }
  };

  // The end of a walk is told to the server alone, after everything else.
  const end = async (event) => {
    if (box.hidden) return;
    event.preventDefault();
    const button = event.currentTarget;
    await flush();
    if (box.hidden) button.form.requestSubmit(button);
    else told.textContent = words.first;
  };

  opened.then(async () => {
    if (noteForm) document.addEventListener("submit", taken, true);
    document.querySelector("[data-end]")?.addEventListener("click", end);
    box.querySelector("[data-send]").addEventListener("click", flush);
    window.addEventListener("online", flush);
    setInterval(() => { if (!box.hidden) flush(); }, RETRY_MILLISECONDS);
    if ((await show()).length) flush();
  }, () => {}); // a browser that keeps nothing: the forms work as without this script
})();
