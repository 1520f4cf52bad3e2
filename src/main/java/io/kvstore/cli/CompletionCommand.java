package io.kvstore.cli;

import java.io.IOException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "completion",
        header = "Prints completion for a shell",
        description =
                "Prints a script with which a shell completes commands and flags of kvstore, which must be called so:"
                        + " by bin/kvstore, or an alias.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  source <(kvstore completion bash)",
            "  kvstore completion zsh > ~/.kvstore-completion && echo 'source ~/.kvstore-completion' >> ~/.zshrc"
        })
final class CompletionCommand implements Command {

    /** Shells whose completion can be made. */
    enum Language {
        BASH,
        ZSH
    }

    private final Shell shell;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private Language language = Language.BASH;

    CompletionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public int run(Output out) throws IOException {
        String script = AutoComplete.bash(Cli.NAME, Cli.all(shell));
        switch (language) {
            case BASH -> out.text(script);
            case ZSH -> {
                out.line("autoload -Uz compinit bashcompinit && compinit && bashcompinit");
                out.text(script);
            }
        }
        return ExitCode.DONE;
    }
}
