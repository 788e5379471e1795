/** What the server tells while a page is open. */
import type { Json } from "./types";

export interface Listening {
  close: () => void;
}

/** A browser opens a broken stream again, but not one that was refused, as by a server that was started anew. */
const AGAIN = 2000;

/** Call the handler of each event by its name; `open` and `error` are those of the connection. */
export function listen(issue: string, handlers: Record<string, (data: Json) => void>): Listening {
  let events: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = () => {
    events = new EventSource(`/api/events?issue=${encodeURIComponent(issue)}`);
    events.onopen = () => handlers.open(null);
    events.onerror = () => {
      handlers.error(null);
      if (events.readyState === EventSource.CLOSED) timer = setTimeout(start, AGAIN);
    };
    for (const [name, handle] of Object.entries(handlers))
      if (name !== "open" && name !== "error")
        events.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent).data || "{}")));
  };
  start();
  return {
    close: () => {
      clearTimeout(timer);
      events.close();
    },
  };
}
