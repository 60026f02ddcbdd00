import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
    { ignores: ["dist", "node_modules", "toolchain"] },
    ...tseslint.configs.recommendedTypeChecked,
    reactHooks.configs.flat["recommended-latest"],
    {
        languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] }, tsconfigRootDir: import.meta.dirname } },
        rules: {
            eqeqeq: "error",
            "no-console": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "@typescript-eslint/switch-exhaustiveness-check": "error",
            "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
        },
    },
);
