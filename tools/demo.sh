#!/usr/bin/env bash
# The whole job in a folder of its own: check, render, test, send, and try to send again.
# Usage: tools/demo.sh [PATH/TO/newsletter]. It starts from a clean folder each time; nothing leaves this computer.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
command=$(command -v "${1:-newsletter}") || { echo "There is no ${1:-newsletter} to run: say \`make setup\` first." >&2; exit 2; }
bin=$(cd "$(dirname "$command")" && pwd)
folder=$here/build/demo

PATH=$bin:$PATH
export PATH
unset NEWSLETTER_SETTINGS
# the pages behind the links of an issue of 2024 are no business of a rehearsal
NEWSLETTER_OFFLINE=1
export NEWSLETTER_OFFLINE

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi

# Say why, show the command, run it.
step() {
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"
  shift
  printf '$ newsletter %s\n\n' "$*"
  newsletter "$@" 2>&1
}

rm -rf "$folder"
mkdir -p "$folder"
cp -R "$here/newsletter.yaml" "$here/audience.csv" "$here/issues" "$here/templates" "$folder/"
cd "$folder"

echo "This is a rehearsal in the folder build/demo: real email files are written, and nothing leaves this computer."
echo "After each command, newsletter says what you could do next. Here the next step follows by itself."

step "1. Is the February issue fit to send?" check 2024-02 --offline
step "2. Make the email: HTML and plain text." render 2024-02 -o page
step "3. Send a test to ourselves." test 2024-02 --to hello@example.org
step "4. Send it to everyone on the list, audience.csv." send 2024-02 --yes

refused=0
step "5. What if someone sends it again? It is refused: nobody gets it twice." send 2024-02 --yes || refused=$?
if [ "$refused" -eq 0 ]; then
  echo "The second send went through. It should not have: please report this." >&2
  exit 1
fi

step "6. How far has it come?" status 2024-02
newsletter preview 2024-02 --no-open -o preview.html >/dev/null

case $bin in
  "$here"/*) again=../../${bin#"$here"/}/newsletter ;;
  *) again=newsletter ;;
esac
emails=$(find outbox/new -type f -name '*.eml' | wc -l | tr -d ' ')
cat <<END

${bold}That was the whole job.${plain} Now have a look, all in the folder build/demo:

  outbox/new        the $emails emails; open any of them in your mail program
  outbox/tests/new  the test
  page              the email as a web page and as plain text
  preview.html      the email on a computer and on a phone; open it in your browser

To see the preview open by itself, change the issue, or try a command:

  cd build/demo
  $again preview 2024-02

END
