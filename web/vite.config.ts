import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server that `npm run dev` passes requests on to: a real one, or the simulated one (npm run mock).
const server = process.env["VITRINA_SERVER"] ?? "http://localhost:8081";

export default defineConfig({
    plugins: [react()],
    build: {
        target: "es2022",
        // Fonts and pictures stay files: the content security policy has no data: addresses for scripts or styles.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 600,
    },
    server: { port: 5173, proxy: { "/api": server, "/healthz": server } },
    test: { include: ["src/**/*.test.ts"] },
});
