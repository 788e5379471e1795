// Defines look(), which says what there is on the page that it is run in.
function parts(colour) {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  return numbers.length < 4 ? [...numbers, 1] : numbers;
}

function over(front, back) {
  return [0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])).concat(1);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

// The colour behind an element: that of its ancestors, laid over each other, on white.
function ground(view, element) {
  const layers = [];
  for (let node = element; node; node = node.parentElement) {
    layers.push(parts(view.getComputedStyle(node).backgroundColor));
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
}

function isSeen(view, element) {
  for (let node = element; node; node = node.parentElement) {
    const style = view.getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return false;
    if (style.overflow === "hidden" && node.getBoundingClientRect().height < 2) return false;
  }
  return true;
}

function texts(view, page) {
  const found = [];
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.replace(/[\s\u200b-\u200f\u034f\u00ad\ufeff]+/g, " ").trim();
    const element = walker.currentNode.parentElement;
    if (!words || ["STYLE", "SCRIPT"].includes(element.tagName) || !isSeen(view, element)) continue;
    const style = view.getComputedStyle(element);
    const behind = ground(view, element);
    found.push({
      words: words.slice(0, 40),
      size: parseFloat(style.fontSize),
      bold: Number(style.fontWeight) >= 700,
      colour: style.color,
      ground: `rgb(${behind.slice(0, 3).map(Math.round).join(", ")})`,
      contrast: contrast(over(parts(style.color), behind), behind),
    });
  }
  return found;
}

// Words of a heading with a hyphen in them whose halves stand on two lines, short enough not to.
function broken(page) {
  const found = [];
  for (const heading of page.querySelectorAll("h1, h2, h3, h4")) {
    const walker = page.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (const word of walker.currentNode.textContent.matchAll(/[\p{L}\d]+(?:-[\p{L}\d]+)+/gu)) {
        const range = page.createRange();
        range.setStart(walker.currentNode, word.index);
        range.setEnd(walker.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1 && word[0].length <= 14) found.push(word[0]);
      }
    }
  }
  return found;
}

// A link that has a colour of its own behind it is a button; what can be touched is the block around it too.
function buttons(view, page) {
  return [...page.querySelectorAll("a")]
    .filter((link) => parts(view.getComputedStyle(link).backgroundColor)[3] > 0 && link.textContent.trim())
    .map((link) => ({ words: link.textContent.trim(), height: link.getBoundingClientRect().height }));
}

function look() {
  const [view, page] = [window, document];
  return {
    dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
    width: Math.max(page.documentElement.scrollWidth, page.body.scrollWidth),
    texts: texts(view, page),
    buttons: buttons(view, page),
    broken: broken(page),
    pictures: [...page.images].map((image) => ({
      name: image.getAttribute("src"),
      loaded: image.complete && image.naturalWidth > 0,
      described: image.hasAttribute("alt"),
      width: image.getBoundingClientRect().width,
    })),
    links: [...page.querySelectorAll("a")].map((link) => ({
      words: link.textContent.trim() || [...link.querySelectorAll("img")].map((image) => image.alt).join(" "),
      to: link.getAttribute("href") || "",
    })),
    headings: [...page.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => Number(heading.tagName[1])),
  };
}
