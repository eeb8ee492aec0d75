using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Triggers;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands.Triggers;

/// <summary><c>bumper trigger</c>: a pipeline asks for an update and waits for the commit.</summary>
internal static class TriggerCommand
{
    public const string ServerVariable = "BUMPER_SERVER";
    private static readonly TimeSpan DefaultWait = TimeSpan.FromMinutes(2);

    public static Command Create(CommandContext context)
    {
        var server = new Option<string?>("--server") { Description = $"The address of the bot's webhook port. [environment: {ServerVariable}]", HelpName = "url" };
        var image = new Option<string?>("--image") { Description = "The repository that was pushed to; every Application that lists it is looked at.", HelpName = "image" };
        var tag = new Option<string?>("--tag") { Description = "The tag that was pushed: a hint, the policy decides.", HelpName = "tag" };
        var digest = new Option<string?>("--digest") { Description = "The digest that was pushed.", HelpName = "digest" };
        var application = new Option<string?>("--application") { Description = "Only this Application, <namespace>/<name>.", HelpName = "name" };
        var urgent = new Option<bool>("--urgent") { Description = "Pass update windows." };
        var wait = new Option<string?>("--wait") { Description = "How long to wait for the commit, at most an hour. 0s: only ask. Default: 2m.", HelpName = "duration", Arity = ArgumentArity.ZeroOrOne };
        var proposed = new Option<bool>("--or-proposed") { Description = "An open pull or merge request counts as done too." };
        var tokenFile = new Option<string?>("--token-file") { Description = $"The file of the token. Default: {TriggerToken.Variable}, in a job of GitHub Actions its ID token, in a pod its service account.", HelpName = "file" };
        var audience = new Option<string?>("--audience") { Description = $"That the ID token of GitHub Actions is made out to. Default: {TriggerToken.DefaultAudience}.", HelpName = "audience" };
        var ca = new Option<string?>("--ca-file") { Description = "Certificates in PEM that are trusted for the server besides those of the system.", HelpName = "file" };
        var command = new TaughtCommand("trigger", "Asks a running bot to look at an image or an Application now, and waits for the commit.", """
            # after docker push, in a pipeline; ends with 0 only if the version is in git
            bumper trigger --server https://bumper.example.com --image registry.example.com/team/web --tag 1.5.0
            # where the bot opens pull requests
            bumper trigger --image registry.example.com/team/web --tag 1.5.0 --or-proposed
            # one Application, whatever it lists
            bumper trigger --application argocd/web --wait 5m --output json
            """)
        {
            server, image, tag, digest, application, urgent, wait, proposed, tokenFile, audience, ca,
        }.With(SettingDefinitions.Output);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var problems = new List<string>();
            var address = Server(parsed.GetValue(server) ?? context.Environment(ServerVariable), problems);
            var patience = Wait(parsed.GetResult(wait) is null ? null : parsed.GetValue(wait), problems);
            var authorities = Authorities(parsed.GetValue(ca), problems);
            var output = Format(context, parsed);
            if (parsed.GetValue(image) is null && parsed.GetValue(application) is null)
                problems.Add("--image or --application is needed: what shall be looked at?");
            if (problems.Count > 0)
                throw new UsageException(problems);
            Task<Core.Credentials.Secret> TokenAsync(CancellationToken cancel) => TriggerToken.FindAsync(parsed.GetValue(tokenFile), parsed.GetValue(audience), context.Environment, cancel);
            var ask = JsonReport.RenderBytes(json =>
            {
                json.WriteStartObject();
                foreach (var (name, value) in new[] { ("image", image), ("tag", tag), ("digest", digest), ("application", application) }.Select(field => (field.Item1, parsed.GetValue(field.Item2))))
                {
                    if (value is not null)
                        json.WriteString(name, value);
                }

                json.WriteBoolean("urgent", parsed.GetValue(urgent));
                json.WriteEndObject();
            });
            return await RunAsync(context, address!, TokenAsync, authorities, ask, new TriggerWish(patience, parsed.GetValue(proposed), output), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, Uri server, Func<CancellationToken, Task<Core.Credentials.Secret>> token, X509Certificate2Collection authorities, byte[] ask, TriggerWish wish, CancellationToken cancellationToken)
    {
        using var client = new TriggerClient(server, token, authorities, TimeProvider.System);
        try
        {
            context.Terminal.Progress($"waiting for {server.Authority}");
            using var trigger = await client.RunAsync(ask, wish.Wait, sentence => context.Error.WriteLine($"bumper: {sentence}"), cancellationToken);
            context.Terminal.Progress("");
            if (wish.Output == OutputFormat.Json)
                await context.Terminal.Output.WriteLineAsync(JsonReport.Render(json => trigger.RootElement.WriteTo(json)));
            else
                TriggerView.Write(context.Terminal.Output, trigger.RootElement);
            return TriggerView.IsGood(trigger.RootElement, wish.OrProposed) || wish.Wait == TimeSpan.Zero ? ExitCode.Done : ExitCode.SomeFailed;
        }
        catch (TriggerException failure)
        {
            context.Terminal.Progress("");
            await context.Error.WriteLineAsync($"bumper: {failure.Message}");
            // Nobody uses the image, or the bot could not be reached: nothing is wrong with the command line.
            return failure.Status is { } status && (int)status is 400 or 401 or 403 ? ExitCode.Usage : ExitCode.SomeFailed;
        }
    }

    internal static Uri? Server(string? text, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
            problems.Add($"--server or {ServerVariable} is needed: the address of the bot, for example https://bumper.example.com");
        else if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Query.Length == 0)
            return url;
        else
            problems.Add($"--server '{text.Split('?')[0]}' is no https:// or http:// URL without user and query");
        return null;
    }

    private static TimeSpan Wait(string? text, List<string> problems)
    {
        if (text is null)
            return DefaultWait;
        if (GoDuration.TryParse(text, out var wait) && wait >= TimeSpan.Zero && wait <= TimeSpan.FromHours(1))
            return wait;
        problems.Add($"--wait '{text}' is not a duration from 0s to 1h, for example 60s or 5m");
        return DefaultWait;
    }

    internal static X509Certificate2Collection Authorities(string? path, List<string> problems)
    {
        var authorities = new X509Certificate2Collection();
        if (path is null)
            return authorities;
        try
        {
            authorities.ImportFromPemFile(path);
            if (authorities.Count == 0)
                problems.Add($"--ca-file '{path}' holds no certificate in PEM");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add($"--ca-file '{path}' cannot be read: {failure.Message}");
        }

        return authorities;
    }

    private static OutputFormat Format(CommandContext context, ParseResult parsed) => context.Loader(parsed).Load().Output;

    /// <param name="Wait">For the commit.</param>
    /// <param name="OrProposed">Whether an open request is good enough.</param>
    /// <param name="Output">Of what came of it.</param>
    private sealed record TriggerWish(TimeSpan Wait, bool OrProposed, OutputFormat Output);
}
