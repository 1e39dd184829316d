# Sourced by an interactive zsh: completes what is typed up to a tab, writes the candidates to $FOUND, and ends.
PROMPT=
autoload -U compinit && compinit -u -D
source $SCRIPT
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
zstyle ':completion:*' list-grouped false

compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a hits
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >> $FOUND
    builtin compadd "$@"
}

finish() {
    exit 0
}
comppostfuncs=(finish)
print ready
