import type { Transport } from "@connectrpc/connect";
import { createContext, useContext } from "react";
import type { Caller } from "../gen/parley/access/v1/access_pb";
import type { Tenant } from "../gen/parley/access/v1/access_service_pb";
import { Role } from "../gen/parley/access/v1/access_pb";

/** Who is signed in, and the transport that calls as them. */
export interface Session {
  caller: Caller;
  tenant: Tenant;
  transport: Transport;
  signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is used outside of the signed-in app");
  return session;
}

/** The agent's name as routing knows it, or undefined for staff. */
export function agentName(caller: Caller): string | undefined {
  return caller.role === Role.AGENT ? caller.principal.replace(/^agent:/, "") : undefined;
}

/** `agent-ana` as people say it. */
export function personName(agent: string): string {
  return capital(agent.replace(/^agent[-:]/, ""));
}

/** `aurora` as people say it. */
export function companyName(tenant: string): string {
  return capital(tenant);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Whether the key lets its holder do what asks for the scope. The API decides; this only keeps useless buttons away. */
export function may(caller: Caller, scope: string): boolean {
  return caller.scopes.includes("*") || caller.scopes.includes(scope);
}
