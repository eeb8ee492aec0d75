using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using GitOpsBumper.Adapters.Triggers;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Reports;

namespace GitOpsBumper.Cli.Commands.Approvals;

/// <summary>Decides by the API of the bot, which asks the API server who the person is.</summary>
internal sealed class ServerApproval(CommandContext context, ApprovalWish wish, string argoCdNamespace, OutputFormat format)
{
    public async Task<int> RunAsync(Uri server, Secret token, X509Certificate2Collection authorities, CancellationToken cancellationToken)
    {
        using var client = new ApprovalClient(server, token, authorities);
        var application = wish.Application.Contains('/', StringComparison.Ordinal) ? wish.Application : $"{argoCdNamespace}/{wish.Application}";
        try
        {
            using var list = await client.ListAsync(cancellationToken);
            var waiting = Items(list.RootElement, "approvals").FirstOrDefault(one => Text(one, "application") == application && Text(one, "alias") == wish.Alias);
            if (waiting.ValueKind == JsonValueKind.Undefined || Text(waiting, "tag") is not { } tag || Text(waiting, "digest") is not { } digest)
                return await FailAsync($"nothing of {wish.Alias} of {application} waits for approval that you may decide about", ExitCode.SomeFailed);
            if (wish.Refuse(tag) is { } refusal)
                return await FailAsync(refusal, ExitCode.SomeFailed);
            using var said = await client.DecideAsync(application, wish.Alias, Body(tag, digest), cancellationToken);
            await context.Terminal.Output.WriteLineAsync(format == OutputFormat.Json ? JsonReport.Render(json => said.RootElement.WriteTo(json)) : Line(application, tag, digest, said.RootElement));
            return ExitCode.Done;
        }
        catch (TriggerException failure)
        {
            return await FailAsync(failure.Message, failure.Status is { } status && (int)status is 400 or 401 or 403 ? ExitCode.Usage : ExitCode.SomeFailed);
        }
    }

    private byte[] Body(string tag, string digest) => JsonReport.RenderBytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("tag", tag);
        json.WriteString("digest", digest);
        json.WriteBoolean("reject", wish.Reason is not null);
        if (wish.Reason is not null)
            json.WriteString("reason", wish.Reason);
        json.WriteEndObject();
    });

    private string Line(string application, string tag, string digest, JsonElement said) => Clean($"{application}  {wish.Alias}  {tag}@{digest}  {Text(said, "state")}: {Text(said, "reason")}");

    private async Task<int> FailAsync(string sentence, int code)
    {
        await context.Error.WriteLineAsync($"bumper: {Clean(sentence)}");
        return code;
    }

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A server may say what moves the cursor.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
