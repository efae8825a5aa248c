import { createContext } from "react";
import { showMessage } from "./showMessage";

/** How a cited message is brought before the reader: a room whose timeline is out of sight shows that first. */
export const Citing = createContext<(messageId: string) => void>(showMessage);
