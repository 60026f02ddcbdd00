// Each language by its own name, so that who can't read the others finds it.
import { useWords } from "../app/session.tsx";

const kNames = { en: "English", ru: "Русский" } as const;

export function LanguageSwitch({ onChange }: { onChange?: (language: "en" | "ru") => void }) {
    const { t, language, setLanguage } = useWords();
    return (
        <div className="segments" role="group" aria-label={t("language")}>
            {(["en", "ru"] as const).map((name) => (
                <button
                    key={name}
                    type="button"
                    lang={name}
                    aria-pressed={language === name}
                    onClick={() => {
                        setLanguage(name);
                        onChange?.(name);
                    }}
                >
                    {kNames[name]}
                </button>
            ))}
        </div>
    );
}
