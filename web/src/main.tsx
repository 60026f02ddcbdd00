import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/app.tsx";
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/components.css";
import "./theme/shell.css";
import { applyTheme, savedTheme } from "./theme/theme.ts";

applyTheme(savedTheme());
const place = document.getElementById("app");
if (place) {
    createRoot(place).render(
        <StrictMode>
            <App />
        </StrictMode>,
    );
}
