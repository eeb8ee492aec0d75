using System.CommandLine;
using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Cli.Output;
using GitOpsBumper.Configuration;
using GitOpsBumper.Hosting;
using GitOpsBumper.Notifying;

namespace GitOpsBumper.Cli.Commands.Notifications;

/// <summary><c>bumper notify test</c>: sends a sample to channels and says what became of it.</summary>
internal static class NotifyCommand
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static Command Create(CommandContext context) => new("notify", "Tries the channels that notifications go to.") { CreateTest(context) };

    private static TaughtCommand CreateTest(CommandContext context)
    {
        var urls = new Argument<string[]>("url") { Description = "Of services; without any, the channels of the cluster, of the manifests and of the environment.", Arity = ArgumentArity.ZeroOrMore };
        var command = new TaughtCommand("test", "Sends a sample message to channels, and prints what each answered.", """
            # is the URL right? Nothing else is needed for it
            bumper notify test 'gotify://push.example.com/AbCdEfGhIjKlMnO'
            # every channel of the secret gitops-bumper-secret in the cluster
            bumper notify test
            # those of a secret in a file
            bumper notify test --manifests secret.yaml
            # for a script
            bumper notify test --output json
            """)
        {
            urls,
        }.With(SettingDefinitions.Cycle);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var loader = context.Loader(parsed);
            if (parsed.GetValue(urls) is { Length: > 0 } given)
                return await TestAsync(context, given, loader.Load().Output, cancellationToken);
            using var run = await SingleRun.OpenAsync(context.Surroundings, loader, cancellationToken);
            return await TestAsync(context, await ReadAsync(run, cancellationToken), run.Settings.Output, cancellationToken);
        });
        return command;
    }

    private static async Task<int> TestAsync(CommandContext context, IReadOnlyList<string> urls, OutputFormat output, CancellationToken cancellationToken)
    {
        using var notifiers = new Notifiers(new RequestCounter(), Notifiers.Limits, TimeProvider.System);
        var reader = new ChannelReader(notifiers);
        var problems = new List<string>();
        var channels = urls.Select((url, index) => reader.Open($"url {index + 1}", $"URL {index + 1}", [url], problems)).OfType<NotificationChannel>().ToList();
        return await TestAsync(context, new ChannelSet(channels, problems), output, cancellationToken);
    }

    private static async Task<ChannelSet> ReadAsync(SingleRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.ReadChannelsAsync(cancellationToken);
        }
        catch (KubernetesException failure)
        {
            throw new UsageException([failure.Message]);
        }
    }

    private static async Task<int> TestAsync(CommandContext context, ChannelSet channels, OutputFormat output, CancellationToken cancellationToken)
    {
        if (channels.Problems.Count > 0)
            throw new UsageException(channels.Problems);
        if (channels.Channels.Count == 0)
            throw new UsageException([$"there is no channel: neither a key that begins with '{ChannelReader.Prefix}' in the secret gitops-bumper-secret nor {ChannelReader.Variable}"]);
        var results = await new OneTimeTeller(TimeProvider.System).TestAsync(channels.Channels, cancellationToken);
        if (output == OutputFormat.Json)
            await context.Terminal.Output.WriteLineAsync(Json(results));
        else
            context.Terminal.Table(["CHANNEL", "SERVICE", "RESULT"], [.. results.Select(Row)]);
        return results.Any(result => result.Failure is not null) ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static IReadOnlyList<Cell> Row(TellingResult result) =>
        [new(result.Place.Channel.Name), new(Service(result)), result.Failure is { } failure ? new Cell(failure, "red") : new Cell("sent", "green")];

    private static string Service(TellingResult result) =>
        result.Place.Notifier.Recipients == 1 ? result.Place.Notifier.Place : $"{result.Place.Notifier.Place}, recipient {result.Place.Recipient + 1}";

    private static string Json(IReadOnlyList<TellingResult> results)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteStartArray("channels");
            foreach (var result in results)
            {
                json.WriteStartObject();
                json.WriteString("channel", result.Place.Channel.Name);
                json.WriteString("service", Service(result));
                json.WriteBoolean("sent", result.Failure is null);
                json.WriteString("failure", result.Failure);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
