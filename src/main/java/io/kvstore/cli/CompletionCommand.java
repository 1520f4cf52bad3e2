package io.kvstore.cli;

import java.io.IOException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "completion",
        header = "Prints shell completion",
        description = "Prints a script that makes a shell complete the commands and options of kvstore. The "
                + "command must be called kvstore: bin/kvstore, or an alias.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  source <(kvstore completion bash)",
            "  kvstore completion zsh > ~/.kvstore-completion && echo 'source ~/.kvstore-completion' >> ~/.zshrc"
        })
final class CompletionCommand implements Command {

    /** The shells that a script can be generated for. */
    enum Language {
        BASH,
        ZSH
    }

    private final Shell shell;

    @Parameters(paramLabel = "SHELL", description = "Shell: bash or zsh")
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
