// Signing out: asks first where something is not saved, and says why when it fails.
import { useState } from "react";

import { api } from "../api/api.ts";
import { explain } from "../components/states.tsx";
import { guardLeaving, mayLeavePage, navigate } from "./router.tsx";
import { useSession, useWords } from "./session.tsx";

export function useSignOut() {
    const { t } = useWords();
    const { setMe } = useSession();
    const [problem, setProblem] = useState<string>();

    async function signOut(where: "here" | "everywhere"): Promise<void> {
        if (!mayLeavePage()) return;
        try {
            await (where === "here" ? api.signOut() : api.signOutEverywhere());
            guardLeaving(undefined); // it was asked already
            setMe(undefined);
            navigate("/sign-in", "replace");
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
    }

    return { problem, signOut };
}
