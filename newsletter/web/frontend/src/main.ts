import { mount } from "svelte";
import App from "./App.svelte";
import { issueAddress, requestEarly } from "./lib/api";
import { router } from "./lib/router.svelte";
import "./styles.css";

const { issue, view } = router.route;
if (issue) requestEarly(issueAddress(issue), matchMedia("(min-width: 1024px)").matches || view === "email");

mount(App, { target: document.getElementById("app")! });
