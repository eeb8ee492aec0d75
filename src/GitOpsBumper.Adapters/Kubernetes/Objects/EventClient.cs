using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>
/// Posts events. What is said again, also by another process, is the same event: its name comes of what it says. So nothing has to be
/// remembered, and no restart says everything twice.
/// </summary>
/// <param name="instance">Which of several bots says it: the name of the pod.</param>
public sealed class EventClient(KubernetesConnection connection, string instance, TimeProvider time)
{
    /// <summary>
    /// Something that lasts is counted again when it was last told this long ago: before the API server forgets it, which it does after an hour
    /// unless it is told otherwise, and not at every restart.
    /// </summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    private const string Component = "gitopsbumper";
    private const int MaxName = 253;
    private const int SuffixLength = 16;
    private const int MaxAnswerBytes = 256 * 1024;

    /// <returns>Null; or why an event that is there already could not be counted once more, a sentence.</returns>
    /// <exception cref="KubernetesException">The API server refused or did not answer. To post the same again is safe, also when nobody knows what became of it.</exception>
    public async Task<string?> PostAsync(ObjectEvent told, CancellationToken cancellationToken)
    {
        var name = NameOf(told);
        // An event may run out between the two answers, but not twice.
        for (var attempt = 1; ; attempt++)
        {
            if (await CreateAsync(told, name, cancellationToken))
                return null;
            try
            {
                await RepeatAsync(told, name, cancellationToken);
                return null;
            }
            catch (KubernetesException failure) when (failure.IsNotFound && attempt == 1)
            {
            }
            catch (KubernetesException failure) when (failure.IsConflict)
            {
                // Somebody else has counted it at this moment.
                return null;
            }
            catch (KubernetesException failure) when (failure.IsForbidden)
            {
                return failure.Message;
            }
        }
    }

    /// <summary>The same for the same reason and message about the same object.</summary>
    internal static string NameOf(ObjectEvent told)
    {
        var said = SHA256.HashData(Encoding.UTF8.GetBytes($"{told.About.Uid}\0{told.Reason}\0{told.ShortMessage}"));
        var name = told.About.Name.Name;
        return $"{name[..Math.Min(name.Length, MaxName - SuffixLength - 1)].TrimEnd('.', '-')}.{Convert.ToHexStringLower(said)[..SuffixLength]}";
    }

    /// <returns>False when there is one of that name.</returns>
    private async Task<bool> CreateAsync(ObjectEvent told, string name, CancellationToken cancellationToken)
    {
        var (about, space, now) = (told.About, told.About.Name.Namespace, time.GetUtcNow());
        var body = new EventBody(
            "v1",
            "Event",
            new EventMetadata(name, space),
            new EventSubject(about.ApiVersion, about.Kind, space, about.Name.Name, about.Uid, about.ResourceVersion),
            told.Severity == EventSeverity.Warning ? "Warning" : "Normal",
            told.Reason,
            told.ShortMessage,
            new EventSource(Component),
            Stamp(told.At ?? now),
            Stamp(LastOf(told, now)),
            1,
            Component,
            instance);
        var call = new KubernetesCall(HttpMethod.Post, Path(space)) { Body = JsonSerializer.SerializeToUtf8Bytes(body, EventJson.Default.EventBody), ContentType = "application/json" };
        try
        {
            await using var reply = await connection.SendAsync(call, cancellationToken);
            return true;
        }
        catch (KubernetesException failure) when (failure.Status == (int)HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private async Task RepeatAsync(ObjectEvent told, string name, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // A patch of nothing is answered with the event, and needs no right to read events.
        var there = await PatchAsync(told, name, "{}"u8.ToArray(), cancellationToken);
        if (there.LastTimestamp is { } last && (told.Lasts ? now - last < Fresh : last >= Seconds(told.At ?? now)))
            return;
        var patch = new EventPatch(new EventVersion(there.Metadata?.ResourceVersion), Math.Max(there.Count ?? 1, 1) + 1, Stamp(LastOf(told, now)));
        await PatchAsync(told, name, JsonSerializer.SerializeToUtf8Bytes(patch, EventJson.Default.EventPatch), cancellationToken);
    }

    private async Task<EventThere> PatchAsync(ObjectEvent told, string name, byte[] body, CancellationToken cancellationToken)
    {
        var call = new KubernetesCall(HttpMethod.Patch, $"{Path(told.About.Name.Namespace)}/{name}") { Body = body, ContentType = "application/merge-patch+json" };
        await using var reply = await connection.SendAsync(call, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(await reply.ReadAllAsync(MaxAnswerBytes, cancellationToken), EventJson.Default.EventThere)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException failure)
        {
            throw new KubernetesException($"the API server answered a patch with something that is no Event: {failure.Message}", isTransient: false, failure);
        }
    }

    /// <summary>What lasts is so now, whenever it began.</summary>
    private static DateTimeOffset LastOf(ObjectEvent told, DateTimeOffset now) => told.Lasts ? now : told.At ?? now;

    private static string Path(string space) => $"/api/v1/namespaces/{Uri.EscapeDataString(space)}/events";

    private static DateTimeOffset Seconds(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds());

    /// <summary>Seconds alone, as the API has them.</summary>
    private static string Stamp(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
