/** What components take from the page around them: each store by itself, so that none needs to know the whole. */
import { createContext } from "svelte";
import type { Client } from "../api/client.ts";
import type { Actions } from "./actions.ts";
import type { Clock } from "./clock.svelte.ts";
import type { Connection } from "./connection.svelte.ts";
import type { Inbox } from "./inbox.svelte.ts";
import type { Intents } from "./intents.svelte.ts";
import type { Outbox } from "./outbox.svelte.ts";
import type { Place } from "./place.svelte.ts";
import type { Platforms } from "./platforms.svelte.ts";
import type { Search } from "./search.svelte.ts";
import type { Session } from "./session.svelte.ts";
import type { Threads } from "./threads.ts";
import type { Toasts } from "./toasts.svelte.ts";

export const [getActions, setActions] = createContext<Actions>();
export const [getClient, setClient] = createContext<Client>();
export const [getClock, setClock] = createContext<Clock>();
export const [getConnection, setConnection] = createContext<Connection>();
export const [getInbox, setInbox] = createContext<Inbox>();
export const [getIntents, setIntents] = createContext<Intents>();
export const [getOutbox, setOutbox] = createContext<Outbox>();
export const [getPlace, setPlace] = createContext<Place>();
export const [getPlatforms, setPlatforms] = createContext<Platforms>();
export const [getSearch, setSearch] = createContext<Search>();
export const [getSession, setSession] = createContext<Session>();
export const [getThreads, setThreads] = createContext<Threads>();
export const [getToasts, setToasts] = createContext<Toasts>();

export interface Stores {
  actions: Actions;
  client: Client;
  clock: Clock;
  connection: Connection;
  inbox: Inbox;
  intents: Intents;
  outbox: Outbox;
  place: Place;
  platforms: Platforms;
  search: Search;
  session: Session;
  threads: Threads;
  toasts: Toasts;
}

/** To be called by the component around all others. */
export function provide(stores: Stores): void {
  setActions(stores.actions);
  setClient(stores.client);
  setClock(stores.clock);
  setConnection(stores.connection);
  setInbox(stores.inbox);
  setIntents(stores.intents);
  setOutbox(stores.outbox);
  setPlace(stores.place);
  setPlatforms(stores.platforms);
  setSearch(stores.search);
  setSession(stores.session);
  setThreads(stores.threads);
  setToasts(stores.toasts);
}
