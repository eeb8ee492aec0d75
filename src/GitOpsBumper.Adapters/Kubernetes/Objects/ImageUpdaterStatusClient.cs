using System.Globalization;
using System.Text.Json;
using GitOpsBumper.Core.ImageUpdaters;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>Writes how resources fare. It takes the right to patch their status, and none to read it.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc7396"/>
public sealed class ImageUpdaterStatusClient(KubernetesConnection connection)
{
    /// <summary>Of one resource as a whole: etcd takes no larger one.</summary>
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    /// <summary>Nobody waits for it, but what comes behind it should not wait long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The status as it is now, whoever has written it: a patch of nothing is answered with it.</summary>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<ImageUpdaterStatus> ReadAsync(ImageUpdaterResource resource, CancellationToken cancellationToken)
    {
        var body = await PatchAsync(resource, null, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(body, ImageUpdaterStatusJson.Default.ImageUpdaterStatusPatch)?.Status is { } status ? Read(status) : ImageUpdaterStatus.Empty;
        }
        catch (JsonException failure)
        {
            throw new KubernetesException($"the API server answered a patch of the status of {resource.Title} with something that is none: {failure.Message}", isTransient: false, failure);
        }
    }

    /// <param name="resource">Of which the status is written; not of another one that was made under its name since.</param>
    /// <param name="status">All of it.</param>
    /// <param name="updates">Newest first; empty: those that are there stay.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KubernetesException">
    /// It is gone, or has no status (<see cref="KubernetesException.IsNotFound"/>), it is another one (<see cref="KubernetesException.IsConflict"/>), or the API server refused or did not answer.
    /// </exception>
    public Task WriteAsync(ImageUpdaterResource resource, ImageUpdaterStatus status, IReadOnlyList<RecentUpdate> updates, CancellationToken cancellationToken) => PatchAsync(
        resource,
        new ImageUpdaterStatusBody(
            status.ObservedGeneration,
            status.ApplicationsMatched,
            status.ImagesManaged,
            status.LastCheckedAt is { } at ? Stamp(at) : null,
            updates.Count == 0 ? null : Stamp(updates.Max(update => update.At)),
            updates.Count == 0 ? null : [.. updates.Select(update => new RecentUpdateBody(update.Alias, update.Image, update.NewVersion, update.Applications, Stamp(update.At), update.Message))],
            [.. status.Conditions.Select(condition => new ConditionBody(condition.Type, Word(condition.IsTrue), condition.ObservedGeneration, Stamp(condition.Since), condition.Reason, condition.Message))]),
        cancellationToken);

    private async Task<byte[]> PatchAsync(ImageUpdaterResource resource, ImageUpdaterStatusBody? status, CancellationToken cancellationToken)
    {
        var patch = new ImageUpdaterStatusPatch(new ImageUpdaterIdentity(resource.Uid), status);
        var call = new KubernetesCall(HttpMethod.Patch, $"{ObjectKinds.ImageUpdater.Path(resource.Name)}/status")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(patch, ImageUpdaterStatusJson.Default.ImageUpdaterStatusPatch),
            ContentType = "application/merge-patch+json",
            Timeout = Patience,
        };
        await using var reply = await connection.SendAsync(call, cancellationToken);
        return await reply.ReadAllAsync(MaxAnswerBytes, cancellationToken);
    }

    private static ImageUpdaterStatus Read(ImageUpdaterStatusBody body) => new()
    {
        ObservedGeneration = body.ObservedGeneration ?? 0,
        ApplicationsMatched = body.ApplicationsMatched ?? 0,
        ImagesManaged = body.ImagesManaged ?? 0,
        LastCheckedAt = body.LastCheckedAt is null ? null : Moment(body.LastCheckedAt),
        Conditions =
        [
            .. (body.Conditions ?? []).Select(condition => new StatusCondition(condition.Type, condition.Status switch { "True" => true, "False" => false, _ => null }, condition.Reason, condition.Message)
            {
                ObservedGeneration = condition.ObservedGeneration ?? 0,
                Since = Moment(condition.LastTransitionTime),
            }),
        ],
    };

    private static string Word(bool? isTrue) => isTrue switch { true => "True", false => "False", null => "Unknown" };

    /// <summary>A moment that nobody can read was long ago.</summary>
    private static DateTimeOffset Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : DateTimeOffset.UnixEpoch;

    /// <summary>Seconds alone, as the API has them.</summary>
    private static string Stamp(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
