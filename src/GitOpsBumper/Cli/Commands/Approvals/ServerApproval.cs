using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Adapters.Triggers;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands.Approvals;

/// <summary>Decides by the API of the bot, which asks the API server who the person is.</summary>
internal sealed class ServerApproval(CommandContext context, ApprovalWish wish, NamespacedName application, OutputFormat format)
{
    public async Task<int> RunAsync(Uri server, Secret token, X509Certificate2Collection authorities, CancellationToken cancellationToken)
    {
        using var client = new ApprovalClient(server, token, authorities, TimeProvider.System) { Told = sentence => context.Error.WriteLine($"bumper: {Clean(sentence)}") };
        try
        {
            using var seen = await client.ReadAsync(application, wish.Alias, cancellationToken);
            var (tag, digest) = (Text(seen.RootElement, "tag"), Text(seen.RootElement, "digest"));
            if (tag is null || (wish.Reason is null && (digest is null || Text(seen.RootElement, "state") != "waiting")))
                return await FailAsync($"nothing of {wish.Alias} of {application} waits for approval: {Text(seen.RootElement, "reason")}", ExitCode.SomeFailed);
            if (wish.Refuse(tag) is { } refusal)
                return await FailAsync(refusal, ExitCode.SomeFailed);
            using var said = await client.DecideAsync(application, wish.Alias, Body(tag, digest), cancellationToken);
            await context.Terminal.Output.WriteLineAsync(format == OutputFormat.Json ? JsonReport.Render(json => said.RootElement.WriteTo(json)) : Line(tag, digest, said.RootElement));
            // Somebody else may have rejected what this one approves.
            return wish.Reason is null && Text(said.RootElement, "state") == "rejected" ? ExitCode.SomeFailed : ExitCode.Done;
        }
        catch (TriggerException failure)
        {
            return await FailAsync(failure.Message, failure.Status is { } status && (int)status is 400 or 401 or 403 ? ExitCode.Usage : ExitCode.SomeFailed);
        }
    }

    private byte[] Body(string tag, string? digest) => JsonReport.RenderBytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("tag", tag);
        json.WriteString("digest", digest);
        json.WriteBoolean("reject", wish.Reason is not null);
        if (wish.Reason is not null)
            json.WriteString("reason", wish.Reason);
        json.WriteEndObject();
    });

    private string Line(string tag, string? digest, JsonElement said) => Clean($"{application}  {wish.Alias}  {tag}{(digest is null ? "" : $"@{digest}")}  {Text(said, "state")}: {Text(said, "reason")}");

    private async Task<int> FailAsync(string sentence, int code)
    {
        await context.Error.WriteLineAsync($"bumper: {Clean(sentence)}");
        return code;
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A server may say what moves the cursor.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
