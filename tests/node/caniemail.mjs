// Prints, for each page named, which features it uses that some mail program does not know, and which those are:
// {page: {feature: [program, ...]}}.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";

const told = {};
for (const page of process.argv.slice(2)) {
  const found = {};
  const { issues } = caniemail({ clients: ["*"], html: readFileSync(page, "utf8") });
  for (const [client, features] of issues.errors) {
    for (const { title } of features) (found[title] ??= []).push(client);
  }
  told[page] = found;
}
console.log(JSON.stringify(told));
