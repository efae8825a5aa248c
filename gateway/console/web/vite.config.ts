import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// What is built is committed and embedded: it must come out the same on every machine.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { proxy: { "^/parley\\.": "http://127.0.0.1:8080" } },
});
