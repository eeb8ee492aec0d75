using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Cli.Commands;

/// <summary><c>bumper template</c>: tries a commit message template.</summary>
internal static class TemplateCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string?>("file") { Description = "The template; without it the built-in one is shown.", Arity = ArgumentArity.ZeroOrOne };
        var request = new Option<bool>("--request") { Description = "It is the template of pull and merge requests: the first line is the title, the rest the body." };
        var command = new TaughtCommand("template", "Renders a template of commit messages or requests with sample data.", """
            # the built-in message
            bumper template
            # your own, before --git-commit-message-path uses it
            bumper template message.tmpl
            # the same for --request-template-path
            bumper template --request request.tmpl
            """)
        {
            file, request,
        };
        command.SetAction(parsed =>
        {
            var source = parsed.GetValue(file) is { } path ? new SettingSource.InFile(path) : null;
            if (parsed.GetValue(request))
                return Show(context, source);
            if (!MessageTemplates.TryLoad(source, out var template, out var problem))
                throw new UsageException([problem]);
            var data = new CommitMessageData(new NamespacedName("argocd", "web"),
            [
                new ImageChange("web", "registry.example.com/team/web", "1.4.2", "1.5.0"),
                new ImageChange("worker", "registry.example.com/team/worker", "main-3f2a1b9", "main-8c07d11"),
            ],
            []);
            if (!template.TryRender(data, out var message, out problem))
                throw new UsageException([problem]);
            context.Terminal.Output.Write(message);
            return ExitCode.Done;
        });
        return command;
    }

    private static int Show(CommandContext context, SettingSource? source)
    {
        if (!MessageTemplates.TryLoadRequest(source, out var template, out var problem) || !template.TryRender(RequestTextTemplate.Sample, out var text, out problem))
            throw new UsageException([problem]);
        context.Terminal.Output.Write($"{text.Title}\n\n{text.Body}\n");
        return ExitCode.Done;
    }
}
