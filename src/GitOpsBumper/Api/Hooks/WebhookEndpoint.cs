using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api.Hooks;

/// <summary>
/// Answers registries and forges that tell of a push. The answer comes at once: what it is about is due from then on, and many pushes of one image are due
/// but once. What a sender says is believed only so far that registries and repositories are asked again.
/// </summary>
internal sealed partial class WebhookEndpoint(ApiServices services, IdTokenVerifier verifier)
{
    public const string Path = "/webhook";

    /// <summary>Names of Applications in an answer.</summary>
    private const int MaxNames = 20;

    /// <summary>Wrong proofs a second from one address; more are neither logged nor looked into further.</summary>
    private const int WrongPerSecond = 20;

    /// <summary>Of the log, about who shows nothing, and about keys that cannot be had.</summary>
    private const int LinesPerSecond = 1;

    private const string Google = "https://accounts.google.com";

    private readonly ILogger _logger = services.Loggers.CreateLogger<WebhookEndpoint>();
    private readonly Memory<string, bool> _taken = new(20_000, TimeSpan.FromMinutes(10), services.Time);
    private readonly Dictionary<IWebhookReceiver, RateGate> _rates = WebhookSenders.All.ToDictionary(sender => sender, _ => new RateGate(services.Time));
    private readonly AddressGates _wrong = new(services.Time);
    private readonly RateGate _lines = new(services.Time);
    private readonly ConcurrentDictionary<string, bool> _withoutSecret = new(StringComparer.Ordinal);

    /// <param name="context">Of the request.</param>
    /// <param name="type">Of the sender, as the path has it; null: the parameter <c>type</c> has it.</param>
    public async Task<ApiReply> AnswerAsync(HttpContext context, string? type)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return ApiReply.Error(StatusCodes.Status405MethodNotAllowed, "only POST is allowed here");
        type ??= context.Request.Query["type"] is [{ Length: > 0 } only] ? only : null;
        if (!WebhookSenders.TryFind(type, out var receiver, out var problem))
            return Refuse("unknown", "unknown", StatusCodes.Status404NotFound, problem);
        var sender = receiver.Types[0];
        if (Unproven(receiver, context.Request) is { } refusal)
            return refusal;
        var (body, unread) = await RequestBody.ReadAsync(context, ApiEndpoints.MaxBytes, services.Time);
        if (unread is not null)
        {
            services.Metrics.Hooked(sender, "malformed");
            return unread;
        }

        var request = new WebhookRequest(
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase),
            context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
            body);
        if (await CheckAsync(receiver, request, context) is { } wrong)
            return wrong;
        return _rates[receiver].TryPass(services.Settings().RateLimit)
            ? Take(sender, receiver.Read(request))
            : Refuse(sender, "limited", StatusCodes.Status429TooManyRequests, $"more than {services.Settings().RateLimit} webhooks a second from {sender}", TimeSpan.FromSeconds(1));
    }

    /// <summary>Of who shows nothing at all not even the body is read. Null: the rest has to be looked at.</summary>
    private ApiReply? Unproven(IWebhookReceiver receiver, HttpRequest request)
    {
        var sender = receiver.Types[0];
        if (SecretOf(receiver) is null)
        {
            if (!services.Settings().RequiresSecrets)
                return null;
            if (_withoutSecret.TryAdd(sender, true))
                Log.WithoutSecret(_logger, sender, receiver.SecretKey);
            return Refuse(sender, "refused", StatusCodes.Status401Unauthorized, $"there is no secret for webhooks of {sender}: '{receiver.SecretKey}' of the bot's secret");
        }

        _withoutSecret.TryRemove(sender, out _);
        if (receiver.Proofs.Any(proof => IsShown(proof.Place, request)))
            return null;
        var reason = $"the request shows nothing by which its sender could be known; expected: {ProofCheck.Places(receiver)}";
        if (_lines.TryPass(LinesPerSecond))
            Log.Refused(_logger, sender, AddressOf(request.HttpContext), reason);
        return Refuse(sender, "refused", StatusCodes.Status401Unauthorized, reason);
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "somewhere";

    private static bool IsShown(ProofPlace place, HttpRequest request) => place.IsParameter ? request.Query.ContainsKey(place.Name) : request.Headers.ContainsKey(place.Name);

    /// <summary>Null: the sender knows the secret.</summary>
    private async Task<ApiReply?> CheckAsync(IWebhookReceiver receiver, WebhookRequest request, HttpContext context)
    {
        var sender = receiver.Types[0];
        if (SecretOf(receiver) is not { } secret)
            return null;
        var address = context.Connection.RemoteIpAddress;
        var proof = ProofCheck.Check(receiver, secret, request, services.Time.GetUtcNow());
        // Whoever knows the secret is not kept out by others at the same address, such as that of an ingress.
        if (proof is not ProofResult.Good && _wrong.IsFull(address, WrongPerSecond))
            return Refuse(sender, "limited", StatusCodes.Status429TooManyRequests, "too many requests from there did not know the secret", TimeSpan.FromSeconds(1));
        try
        {
            var reason = proof switch
            {
                ProofResult.Good => null,
                ProofResult.Wrong { Reason: var because } => because,
                ProofResult.GoogleToken token => await CheckAsync(token, context.RequestAborted),
                _ => "the proof is of no kind that is known",
            };
            if (reason is null)
                return null;
            _wrong.TryPass(address, WrongPerSecond);
            Log.Refused(_logger, sender, AddressOf(context), reason);
            return Refuse(sender, "refused", StatusCodes.Status401Unauthorized, reason);
        }
        catch (IdTokenException failure) when (failure.IsTransient)
        {
            if (_lines.TryPass(LinesPerSecond))
                Log.Unchecked(_logger, sender, failure.Message);
            return Refuse(sender, "unchecked", StatusCodes.Status503ServiceUnavailable, "whose token it is cannot be found out at the moment", TimeSpan.FromSeconds(5));
        }
    }

    /// <exception cref="IdTokenException">Nobody knows at the moment.</exception>
    private async Task<string?> CheckAsync(ProofResult.GoogleToken shown, CancellationToken cancellationToken)
    {
        try
        {
            var token = await verifier.VerifyAsync(shown.Token, new TrustedIssuer(Google, shown.Audience, null), cancellationToken);
            return token.Claim("email") == shown.Email && token.Claim("email_verified") == "true" ? null : $"the token of Google is not that of {shown.Email}";
        }
        catch (IdTokenException failure) when (!failure.IsTransient)
        {
            return failure.Message;
        }
    }

    private string? SecretOf(IWebhookReceiver receiver) =>
        services.Secrets().Find(receiver.SecretKey)?.Value.Reveal() ?? (receiver.SecretVariable is { } variable && services.Environment(variable) is { Length: > 0 } given ? given : null);

    private ApiReply Take(string sender, WebhookReading reading)
    {
        var delivery = reading.Delivery is { } id ? $"{sender}\n{id}" : null;
        if (delivery is not null && _taken.TryGet(delivery, out _))
            return Ignore(sender, "repeated", "it has been taken already");
        return reading switch
        {
            WebhookReading.Pushed pushed => Take(sender, pushed, delivery),
            WebhookReading.Changed changed => Take(sender, changed, delivery),
            WebhookReading.Ignored { IsMistake: true, Reason: var problem } => Overlook(sender, problem),
            WebhookReading.Ignored { Reason: var reason } => Ignore(sender, "ignored", reason),
            WebhookReading.Malformed { Problem: var problem } => Malformed(sender, problem),
            _ => throw new InvalidOperationException($"{reading.GetType().Name} is no reading that is known"),
        };
    }

    private ApiReply Take(string sender, WebhookReading.Pushed pushed, string? delivery)
    {
        var due = new HashSet<NamespacedName>();
        foreach (var image in pushed.Images)
        {
            var users = services.UsersOf(image.Repository, image.AndBelow);
            if (users.Count > 0)
                services.Distrust(image.Repository, image.Tag, image.AndBelow);
            due.UnionWith(users.Select(user => user.Application));
        }

        var what = $"{pushed.Images[0].Repository}{(pushed.Images[0].Tag is { } tag ? $":{tag}" : "")}{(pushed.Images.Count > 1 ? $" and {pushed.Images.Count - 1} more" : "")}";
        return Accept(sender, what, due, delivery);
    }

    private ApiReply Take(string sender, WebhookReading.Changed changed, string? delivery) => changed.Tips.Count > 0 && changed.Tips.All(services.IsOwnCommit)
        ? Ignore(sender, "ignored", "the push is the bot's own")
        : Accept(sender, $"{changed.Repositories[0]}", services.WritersTo(changed.Repositories, changed.Branches), delivery);

    private ApiReply Accept(string sender, string what, IReadOnlyCollection<NamespacedName> due, string? delivery)
    {
        services.Desk.Ask(due);
        // What made nothing due may be sent again when there is somebody who depends on it.
        if (delivery is not null && due.Count > 0)
            _taken.Keep(delivery, true);
        services.Metrics.Hooked(sender, due.Count == 0 ? "unmatched" : "accepted");
        Log.Accepted(_logger, sender, what, due.Count);
        return ApiReply.Json(StatusCodes.Status202Accepted, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", true);
            json.WriteNumber("applications", due.Count);
            json.WriteStartArray("matched");
            foreach (var name in due.Select(name => name.ToString()).Order(StringComparer.Ordinal).Take(MaxNames))
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Senders switch off what answers with an error.</summary>
    private ApiReply Ignore(string sender, string outcome, string reason)
    {
        Log.Ignored(_logger, sender, reason);
        return NothingToDo(sender, outcome, reason);
    }

    private ApiReply Overlook(string sender, string problem)
    {
        Log.Malformed(_logger, sender, problem);
        return NothingToDo(sender, "malformed", problem);
    }

    private ApiReply NothingToDo(string sender, string outcome, string reason)
    {
        services.Metrics.Hooked(sender, outcome);
        return ApiReply.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", false);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        });
    }

    private ApiReply Malformed(string sender, string problem)
    {
        Log.Malformed(_logger, sender, problem);
        return Refuse(sender, "malformed", StatusCodes.Status400BadRequest, problem);
    }

    private ApiReply Refuse(string sender, string outcome, int status, string reason, TimeSpan? retryAfter = null)
    {
        services.Metrics.Hooked(sender, outcome);
        return ApiReply.Error(status, reason, retryAfter);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Sender} tells of {What}: {Applications} Applications are looked at.")]
        public static partial void Accepted(ILogger logger, string sender, string what, int applications);

        [LoggerMessage(LogLevel.Debug, "A webhook of {Sender} is ignored: {Reason}.")]
        public static partial void Ignored(ILogger logger, string sender, string reason);

        [LoggerMessage(LogLevel.Warning, "A webhook of {Sender} cannot be read: {Problem}")]
        public static partial void Malformed(ILogger logger, string sender, string problem);

        [LoggerMessage(LogLevel.Warning, "A webhook of {Sender} from {Address} is refused: {Reason}")]
        public static partial void Refused(ILogger logger, string sender, string address, string reason);

        [LoggerMessage(LogLevel.Warning, "A webhook of {Sender} cannot be checked at the moment: {Reason}")]
        public static partial void Unchecked(ILogger logger, string sender, string reason);

        [LoggerMessage(LogLevel.Warning, "A webhook of {Sender} is refused, as all will be: '{Key}' of the secret gitops-bumper-secret is missing.")]
        public static partial void WithoutSecret(ILogger logger, string sender, string key);
    }
}
