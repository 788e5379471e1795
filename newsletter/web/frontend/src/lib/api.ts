/** Requests to the composer's server, and the errors that can come back. */
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

const EARLY_MS = 2000;
let early: { path: string; page: Promise<EmailPage>; at: number } | null = null;

/** Ask for a page that will be wanted as soon as the form stands, while the form is being made. */
export function requestEarly(path: string): void {
  const page = requestPage(path);
  page.catch(() => undefined); // told where it is wanted
  early = { path, page, at: Date.now() };
}

export async function requestPage(path: string, signal?: AbortSignal): Promise<EmailPage> {
  const asked = early?.path === path && Date.now() - early.at < EARLY_MS ? early.page : null;
  early = null; // what comes later may have changed
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
  const message = answer?.message || (status === 401 || status === 403 ? strings.errors.session : strings.errors.server(status));
  return new ApiError(status, message, answer?.hint ?? "", answer);
}

/** The words of an error for people. */
export function describe(error: unknown): string {
  if (error instanceof ApiError) return error.hint ? `${error.message} ${error.hint}` : error.message;
  return error instanceof Error ? error.message : String(error);
}
