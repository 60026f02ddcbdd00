#!/usr/bin/env bash
# Format, names and likely defects of the sources: clang-format, clang-tidy, shellcheck.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/lint.sh [--all] [--fix] [--format-only | --tidy-only]

Checks the files that a change touches: those that are not committed yet, and
those that differ from the base:
  - \$VITRINA_LINT_BASE, if it is set;
  - where HEAD parted from origin/main, if it has commits that are not there;
  - HEAD's first parent otherwise (a fresh clone of main).
In a repository of one commit, all files. A changed header is also seen by
clang-tidy, through a source file that includes it.
  --all          all files
  --fix          let clang-format correct the files
  --format-only  leave out clang-tidy, which needs a build
  --tidy-only    leave out the rest
What clang-tidy has found clean is not checked again until it changes.
END
}

all='' fix='' format=1 tidy=1
for argument in "$@"; do
    case $argument in
    -h | --help) help && exit 0 ;;
    --all) all=1 ;;
    --fix) fix=1 ;;
    --format-only) tidy='' ;;
    --tidy-only) format='' ;;
    *) die "unknown argument $argument; see --help" 2 ;;
    esac
done
cd "$root"

# Prints the base commit, or nothing when everything has to be checked.
lint_base() {
    if [ -n "${VITRINA_LINT_BASE:-}" ]; then
        git rev-parse -q --verify "$VITRINA_LINT_BASE^{commit}" || die "VITRINA_LINT_BASE is no commit: $VITRINA_LINT_BASE"
    elif git rev-parse -q --verify origin/main >/dev/null && ! git merge-base --is-ancestor HEAD origin/main; then
        git merge-base HEAD origin/main || true
    else
        git rev-parse -q --verify 'HEAD^1^{commit}' || true
    fi
}

base=''
[ -n "$all" ] || base=$(lint_base)
if [ -z "$base" ]; then
    files=$(git ls-files --cached --others --exclude-standard)
else
    files=$(
        git diff --name-only --diff-filter=d "$base"
        git ls-files --others --exclude-standard
    )
fi
matching() { # REGEX
    grep -E "$1" <<<"$files" | sort -u | while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}
mapfile -t sources < <(matching '\.(cpp|h)$')
mapfile -t shell < <(matching '^(scripts/.*\.sh|\.ci/run)$')

scope=all
[ -z "$base" ] || scope="changed since ${base::9}"
echo "== Lint: ${#sources[@]} sources and ${#shell[@]} scripts ($scope)"
if [ -n "$format" ] && [ ${#shell[@]} -gt 0 ]; then
    step "shellcheck" shellcheck "${shell[@]}"
fi
if [ -n "$format" ] && [ ${#sources[@]} -gt 0 ]; then
    if [ -n "$fix" ]; then how=(-i); else how=(--dry-run --Werror); fi
    step "clang-format" clang-format "${how[@]}" "${sources[@]}"
fi
if [ -n "$tidy" ] && [ ${#sources[@]} -gt 0 ]; then
    # The builds compile several sources as one; clang-tidy reads each by itself.
    step "Compile commands (build/commands)" cmake --preset asan -B build/commands -DCMAKE_UNITY_BUILD=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
    step "clang-tidy" node scripts/lib/tidy.mjs "${sources[@]}"
fi
