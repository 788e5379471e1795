// Prints what npm's libmime reads in headers: JSON of heads from stdin, JSON of what was read to stdout.
const libmime = require(process.argv[2]);

const heads = JSON.parse(require("fs").readFileSync(0, "utf8"));
const unquoted = (name) => (/^".*"$/.test(name) ? name.slice(1, -1).replace(/\\(.)/g, "$1") : name);
const read = heads.map((head) => {
  const lines = libmime.decodeHeaders(head.trimEnd());
  const name = lines.from[0].replace(/\s*<[^<>]*>$/, "");
  return { subject: [libmime.decodeWords(lines.subject[0])], name: [libmime.decodeWords(unquoted(name))] };
});
console.log(JSON.stringify(read));
