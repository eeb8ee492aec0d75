using System.Text.Json;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Kubernetes.Reviews;

/// <summary>Asks the API server who shows a token, and what somebody may do. Needs the rights of the ClusterRole <c>system:auth-delegator</c>.</summary>
public sealed class ReviewClient(KubernetesConnection connection)
{
    private const int MaxBytes = 256 * 1024;
    private const int MaxGroups = 1_000;

    /// <summary>Whose token it is; null when the API server does not vouch for it.</summary>
    /// <exception cref="KubernetesException">Refused, or no answer.</exception>
    /// <seealso href="https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/"/>
    public async Task<ReviewedUser?> AuthenticateAsync(Secret token, CancellationToken cancellationToken)
    {
        var body = Render("authentication.k8s.io/v1", "TokenReview", spec => spec.WriteString("token", token.Reveal()));
        using var answer = await AskAsync("/apis/authentication.k8s.io/v1/tokenreviews", body, cancellationToken);
        var status = answer.RootElement.GetProperty("status");
        if (!status.TryGetProperty("authenticated", out var authenticated) || authenticated.ValueKind != JsonValueKind.True || !status.TryGetProperty("user", out var user))
            return null;
        return Text(user, "username") is { Length: > 0 } name
            ? new ReviewedUser(name, Text(user, "uid"), user.TryGetProperty("groups", out var groups) ? Texts(groups) : [], Extra(user))
            : null;
    }

    /// <param name="user">Who wants to.</param>
    /// <param name="verb">What: <c>patch</c>.</param>
    /// <param name="inNamespace">Where.</param>
    /// <param name="application">Which; null: all of the namespace.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KubernetesException">Refused, or no answer.</exception>
    /// <seealso href="https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/"/>
    public async Task<bool> MayAsync(ReviewedUser user, string verb, string inNamespace, string? application, CancellationToken cancellationToken)
    {
        var body = Render("authorization.k8s.io/v1", "SubjectAccessReview", spec =>
        {
            spec.WriteStartObject("resourceAttributes");
            spec.WriteString("namespace", inNamespace);
            spec.WriteString("verb", verb);
            spec.WriteString("group", "argoproj.io");
            spec.WriteString("resource", "applications");
            if (application is not null)
                spec.WriteString("name", application);
            spec.WriteEndObject();
            Write(spec, user);
        });
        using var answer = await AskAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", body, cancellationToken);
        return answer.RootElement.GetProperty("status").TryGetProperty("allowed", out var allowed) && allowed.ValueKind == JsonValueKind.True;
    }

    /// <summary>As <see cref="MayAsync(ReviewedUser, string, string, string?, CancellationToken)"/>.</summary>
    public Task<bool> MayAsync(ReviewedUser user, string verb, NamespacedName application, CancellationToken cancellationToken) =>
        MayAsync(user, verb, application.Namespace, application.Name, cancellationToken);

    private static void Write(Utf8JsonWriter spec, ReviewedUser user)
    {
        spec.WriteString("user", user.Name);
        if (user.Uid is not null)
            spec.WriteString("uid", user.Uid);
        spec.WriteStartArray("groups");
        foreach (var group in user.Groups)
            spec.WriteStringValue(group);
        spec.WriteEndArray();
        spec.WriteStartObject("extra");
        foreach (var (key, values) in user.Extra)
        {
            spec.WriteStartArray(key);
            foreach (var value in values)
                spec.WriteStringValue(value);
            spec.WriteEndArray();
        }

        spec.WriteEndObject();
    }

    private static byte[] Render(string apiVersion, string kind, Action<Utf8JsonWriter> spec)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", apiVersion);
            json.WriteString("kind", kind);
            json.WriteStartObject("spec");
            spec(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private async Task<JsonDocument> AskAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        await using var reply = await connection.SendAsync(new KubernetesCall(HttpMethod.Post, path) { Body = body, ContentType = "application/json", Timeout = TimeSpan.FromSeconds(10) }, cancellationToken);
        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(await reply.ReadAllAsync(MaxBytes, cancellationToken));
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Object)
                return json;
        }
        catch (JsonException failure)
        {
            throw new KubernetesException($"the API server answered POST {path} with something that is no JSON: {failure.Message}", isTransient: false, failure);
        }

        json.Dispose();
        throw new KubernetesException($"the API server answered POST {path} with a review that has no status", isTransient: false);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<string> Texts(JsonElement json) => json.ValueKind == JsonValueKind.Array
        ? [.. json.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Take(MaxGroups).Select(item => item.GetString()!)]
        : [];

    private static Dictionary<string, IReadOnlyList<string>> Extra(JsonElement user) => user.TryGetProperty("extra", out var extra) && extra.ValueKind == JsonValueKind.Object
        ? extra.EnumerateObject().Take(MaxGroups).ToDictionary(pair => pair.Name, pair => (IReadOnlyList<string>)Texts(pair.Value), StringComparer.Ordinal)
        : [];
}

/// <param name="Name">As roles are bound to it: <c>system:serviceaccount:ci:pipeline</c>.</param>
/// <param name="Uid">Null: none.</param>
/// <param name="Groups">Likewise bound to.</param>
/// <param name="Extra">What else the authenticator says, for the authoriser.</param>
public sealed record ReviewedUser(string Name, string? Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra);
