// What the pages do beyond HTML: hide dates that are over, and search. Nothing is asked of any server but this site's files.
"use strict";

for (const one of document.querySelectorAll("[data-until]")) {
  if (Date.parse(one.dataset.until) < Date.now()) one.hidden = true;
}

const form = document.getElementById("search");
if (form) {
  const field = form.elements.q;
  const status = document.getElementById("search-status");
  const list = document.getElementById("search-results");
  const browse = document.getElementById("browse");
  const words = form.dataset;
  const years = new Map();
  let waiting = null;
  let complete = false;

  // the same letters, whatever their accents and capitals
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // each file of the index calls this with the issues of one year
  globalThis.archiveIndex = (year, issues) => {
    for (const issue of issues) {
      issue[4] = issue[4].map(([anchor, section, title, text]) => ({
        anchor, section, title, text,
        plainTitle: plain(title), plainText: plain(text),
      }));
    }
    years.set(year, issues);
    if (years.size % 4 === 1) show();
  };

  const loading = JSON.parse(words.indexes);
  const load = () => {
    waiting ??= Promise.allSettled(loading.map((file) => new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = file;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    }))).then(() => {
      complete = true;
      show();
    });
    return waiting;
  };

  const terms = () => plain(field.value).match(/[\p{L}\p{N}]+/gu) ?? [];

  // how well one item answers; 0 where a word is missing
  const rank = (item, wanted) => {
    let score = 0;
    for (const word of wanted) {
      const begins = (text) => text.startsWith(word) || new RegExp(`[^\\p{L}\\p{N}]${word}`, "u").test(text);
      if (begins(item.plainTitle)) score += 3;
      else if (begins(item.plainText)) score += 1;
      else return 0;
    }
    return score;
  };

  const find = (wanted) => {
    const found = [];
    for (const year of [...years.keys()].sort((a, b) => b - a)) {
      for (const [page, title, day, , items] of years.get(year)) {
        for (const item of items) {
          const score = rank(item, wanted);
          if (score) found.push({ page, issue: title, day, item, score });
        }
      }
    }
    return found.sort((a, b) => b.score - a.score);
  };

  // the words around the first that was found, with what was found marked
  const excerpt = (item, wanted) => {
    const at = Math.max(0, Math.min(...wanted.map((word) => item.plainText.indexOf(word)).filter((n) => n >= 0), item.text.length));
    const start = at > 80 ? item.text.lastIndexOf(" ", at - 60) + 1 : 0;
    const end = item.text.indexOf(" ", start + 200);
    return (start ? "…" : "") + item.text.slice(start, end < 0 ? undefined : end) + (end < 0 ? "" : "…");
  };

  const marked = (text, wanted) => {
    const into = document.createElement("span");
    for (const piece of text.split(/([\p{L}\p{N}\p{M}]+)/u)) {
      if (wanted.some((word) => plain(piece).startsWith(word))) {
        const mark = document.createElement("mark");
        mark.textContent = piece;
        into.append(mark);
      } else into.append(piece);
    }
    return into;
  };

  const entry = ({ page, issue, day, item }, wanted) => {
    const line = document.createElement("li");
    const title = document.createElement("h2");
    const link = document.createElement("a");
    link.href = `${page.split("/").map(encodeURIComponent).join("/")}#${item.anchor}`;
    link.append(marked(item.title, wanted));
    title.append(link);
    const about = document.createElement("p");
    about.className = "meta";
    about.textContent = `${issue} · ${day} · ${item.section}`;
    const text = document.createElement("p");
    text.append(marked(excerpt(item, wanted), wanted));
    line.append(title, about, text);
    return line;
  };

  const show = () => {
    const wanted = terms();
    browse.hidden = wanted.length > 0;
    if (!wanted.length) {
      status.textContent = "";
      list.replaceChildren();
      return;
    }
    let found = find(wanted);
    // “workshops” finds “workshop” as well, if nothing else is found
    if (!found.length) found = find(wanted.map((word) => (word.length > 5 ? word.slice(0, -2) : word)));
    if (found.length) status.textContent = words.found.replace("{count}", String(found.length));
    else status.textContent = complete ? words.none.replace("{query}", field.value.trim()) : words.searching;
    list.replaceChildren(...found.slice(0, 100).map((one) => entry(one, wanted)));
  };

  let pause = 0;
  const search = () => {
    const address = new URL(location.href);
    if (field.value.trim()) address.searchParams.set("q", field.value.trim());
    else address.searchParams.delete("q");
    try {
      history.replaceState(null, "", address);
    } catch {
      // a page that was opened from a folder keeps its address
    }
    if (terms().length) load();
    show();
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(search, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  form.hidden = false;
  document.getElementById("without-script").hidden = true;
  field.value = new URL(location.href).searchParams.get("q") ?? "";
  if (field.value) search();
}
