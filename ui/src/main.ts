import { mount } from "svelte";
import "./app.css";
import App from "./App.svelte";
import { Page } from "./state/page.ts";

mount(App, { target: document.getElementById("app") ?? document.body, props: { page: new Page() } });
