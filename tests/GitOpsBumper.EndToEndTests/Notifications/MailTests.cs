using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Notifications;

/// <summary>Mail by a real server.</summary>
public sealed class MailTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "Plain")]
    [InlineData(false, "Login")]
    [InlineData(true, "Plain")]
    public async Task A_message_arrives_encrypted_and_logged_in_and_whoever_is_unknown_costs_the_others_nothing(bool isImplicit, string auth)
    {
        await using var server = await StartAsync(isImplicit);
        using var notifiers = Notifiers(Trust(server.AuthorityPem));
        var notifier = Open(notifiers, server, $"{MailServer.Password}", $"&auth={auth}&to=a@example.com,{MailServer.Unknown},b@example.com{(isImplicit ? "&encryption=ImplicitTLS" : "")}");
        await notifier.SendAsync(Message, 0, Token);
        var refused = await Assert.ThrowsAsync<NotifierException>(() => notifier.SendAsync(Message, 1, Token));
        await notifier.SendAsync(Message, 2, Token);

        Assert.Contains("550 '5.1.1 no such user'", refused.Message, StringComparison.Ordinal);
        Assert.False(refused.IsTransient);
        var (first, second) = (await server.TakeAsync(Token), await server.TakeAsync(Token));
        Assert.Equal(("bot@example.com", "a@example.com", true), ((string?)first["from"], (string?)first["to"]!.AsArray().Single(), (bool?)first["tls"]));
        Assert.Equal("b@example.com", (string?)second["to"]!.AsArray().Single());
        Assert.Equal(auth.ToUpperInvariant(), (string?)first["auth"]);
        var mail = (string)first["mail"]!;
        Assert.Contains("Subject: =?utf-8?B?", mail, StringComparison.Ordinal);
        Assert.Contains("\r\n.hidden\r\n", mail, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated\r\n", mail, StringComparison.Ordinal);
        Assert.True(server.IsEmpty);
    }

    [Fact]
    public async Task Nobody_is_told_a_password_who_cannot_be_trusted_and_a_wrong_one_is_not_repeated()
    {
        await using var server = await StartAsync(isImplicit: false);
        using var distrusting = Notifiers(null);
        var untrusted = await Assert.ThrowsAsync<NotifierException>(() => Open(distrusting, server, MailServer.Password, "&to=a@example.com").SendAsync(Message, 0, Token));
        Assert.Contains("cannot be trusted", untrusted.Message, StringComparison.Ordinal);
        using var notifiers = Notifiers(Trust(server.AuthorityPem));
        var refused = await Assert.ThrowsAsync<NotifierException>(() => Open(notifiers, server, "wrong-password", "&to=a@example.com").SendAsync(Message, 0, Token));
        Assert.EndsWith("refused the login with 535", refused.Message, StringComparison.Ordinal);
        Assert.True(server.IsEmpty);
    }

    private static NotificationMessage Message { get; } = NotificationDigest.Fold([NotificationTemplate.Sample[0]], 0, null, MessageFormat.Default, new MessageStamp("0123456789abcdef", DateTimeOffset.UnixEpoch)) with
    {
        Title = "web größer",
        Lines = ["argocd/web: updated", ".hidden"],
    };

    private static Notifiers Notifiers(RemoteCertificateValidationCallback? trust) => new(
        new RequestCounter(), GitOpsBumper.Adapters.Notifications.Notifiers.Limits with { Retries = 0 }, TimeProvider.System, parts => parts with { MailTrust = trust });

    private static INotifier Open(Notifiers notifiers, MailServer server, string password, string more)
    {
        Assert.True(notifiers.TryOpen($"smtp://{MailServer.User}:{password}@127.0.0.1:{server.Port}/?from=bot@example.com{more}", out var notifier, out var problem), problem);
        return notifier;
    }

    private static RemoteCertificateValidationCallback Trust(string authority) => (_, certificate, chain, _) =>
    {
        using var root = X509Certificate2.CreateFromPem(authority);
        return certificate is X509Certificate2 shown && HttpHandlers.IsSignedBy([root], shown, chain);
    };

    private static async Task<MailServer> StartAsync(bool isImplicit)
    {
        try
        {
            return await MailServer.StartAsync(isImplicit, Token);
        }
        catch (ServerMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
