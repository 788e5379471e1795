/** Requests to the composer's server, and the errors that can come back. */
import { withLabels } from "./names";
import { strings } from "./strings";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly hint: string,
    readonly body: any,
  ) {
    super(message);
  }
}

/** The server could not be reached: it was stopped, or the connection was lost. */
export class UnreachableError extends Error {}

export async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const isBlob = body instanceof Blob;
  const headers: Record<string, string> = { "X-Newsletter": "1" };
  if (isBlob) headers["Content-Type"] = body.type || "application/octet-stream";
  else if (method !== "GET") headers["Content-Type"] = "application/json";
  const response = await send(path, {
    method,
    headers,
    signal,
    body: body === undefined ? (method === "GET" ? undefined : "{}") : isBlob ? body : JSON.stringify(body),
  });
  const type = response.headers.get("content-type") ?? "";
  const answer: any = type.includes("json") ? await response.json() : { text: await response.text() };
  if (!response.ok) throw asError(response.status, answer);
  return answer as T;
}

interface EmailPage {
  html: string;
  stale: boolean;
  version: string;
}

/** How long an answer that came before it was wanted is as good as a new one. */
const EARLY_MS = 2000;
const early = new Map<string, { answer: Promise<unknown>; at: number }>();

const isFresh = (path: string): boolean => Date.now() - (early.get(path)?.at ?? -Infinity) < EARLY_MS;

export const issueAddress = (id: string): string => `/api/issues/${encodeURIComponent(id)}`;

/** Ask for an issue and its email before the form, or the app itself, is there to show them. */
export function requestEarly(base: string, withEmail: boolean): void {
  askEarly(base, () => request("GET", base));
  if (withEmail) askEarly(firstPage(base), () => requestPage(firstPage(base)));
}

const firstPage = (base: string): string => `${base}/email?mode=light`;

function askEarly(path: string, ask: () => Promise<unknown>): void {
  if (isFresh(path)) return;
  const asked = { answer: ask(), at: Infinity };
  asked.answer.then(() => (asked.at = Date.now()), () => undefined); // an error is told where the answer is wanted
  early.set(path, asked);
}

/** The answer that was asked for early, once; null where there is none, or it may have changed since. */
export function takeEarly<T>(path: string): Promise<T> | null {
  const answer = isFresh(path) ? (early.get(path)!.answer as Promise<T>) : null;
  early.delete(path);
  return answer;
}

export async function requestPage(path: string, signal?: AbortSignal): Promise<EmailPage> {
  const asked = takeEarly<EmailPage>(path);
  if (asked) return asked;
  const response = await send(path, { headers: { "X-Newsletter": "1" }, signal });
  const html = await response.text();
  if (!response.ok) throw asError(response.status, parsed(html));
  return {
    html,
    stale: response.headers.get("X-Newsletter-Stale") === "1",
    version: response.headers.get("X-Newsletter-Version") ?? "",
  };
}

async function send(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new UnreachableError(strings.status.unreachable);
  }
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return { message: "" };
  }
}

function asError(status: number, answer: any): ApiError {
  // the server's own words for this are for whoever comes without a page
  if (status === 401 || status === 403) return new ApiError(status, strings.errors.session, "", answer);
  const message = answer?.message || strings.errors.server(status);
  return new ApiError(status, message, answer?.hint ?? "", answer);
}

/** The words of an error for people. */
export function describe(error: unknown): string {
  if (error instanceof ApiError) return withLabels(error.hint ? `${error.message} ${error.hint}` : error.message);
  return error instanceof Error ? error.message : String(error);
}
