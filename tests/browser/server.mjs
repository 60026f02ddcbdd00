// The server that the browser tests use: the one at VITRINA_URL, freshly started, with one camera in its
// configuration and the setup token VITRINA_SETUP_TOKEN; without these, the simulated one of web/mock.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const kMockPort = 18_081;
const mock = fileURLToPath(new URL("../../web/mock/server.ts", import.meta.url));

export async function startServer() {
    const { VITRINA_URL: url, VITRINA_SETUP_TOKEN: token } = process.env;
    if (url) return { url, token, isSimulated: false, stop: () => {} };
    const program = spawn(process.execPath, [mock, String(kMockPort)], { env: { ...process.env, MOCK_FRESH: "1" }, stdio: ["ignore", "pipe", "inherit"] });
    await Promise.race([
        once(program.stdout, "data"),
        once(program, "exit").then(([status]) => {
            throw new Error(`the simulated server ended with ${status}`);
        }),
    ]);
    return { url: `http://localhost:${kMockPort}`, token: "mock-token", isSimulated: true, stop: () => program.kill() };
}
