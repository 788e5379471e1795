// Prints, for each page named, which features it uses that some mail program does not know, and which those are:
// {page: {feature: [program, ...]}}.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";
// not part of what the package exports, so that each is found by its path
import { clientNames } from "./node_modules/caniemail/dist/clients.js";
import { getFeatures } from "./node_modules/caniemail/dist/features.js";

// Its tables do not have every program for every feature, and it throws at the first gap: what they do not say is
// unknown ("u", as in the tables themselves), which is not the same as unsupported.
for (const { stats } of getFeatures().all.values()) {
  for (const client of clientNames) {
    const [family, platform] = client.split(".");
    stats[family] ??= {};
    stats[family][platform] ??= { unknown: "u" };
  }
}

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
