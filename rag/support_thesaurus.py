"""Words of support texts in Spanish and English that say the same, and the kinds of thing of which they name one."""

from __future__ import annotations

import re
from functools import cache

from ingest.lexical import stems

_SAME = """
borrar eliminar suprimir quitar retirar delete remove erase discard thrown throw away wipe deleted; terminar acabar
finalizar concluir finish end complete conclude over done finished; empezar comenzar iniciar arrancar empieza comienza
arranca inicio start begin launch begun commence beginning; conservar guardar almacenar mantener guarda conserva keep
store retain save kept hold; enviar mandar remitir send submit forward dispatch sent; recibir obtener conseguir llegar
receive get obtain arrive; pulsar apretar presionar pulse press push hit tap click clic; mostrar aparecer indicar
avisar mostrado muestra aparece show display appear indicate mean significar quiere tell say; comprobar verificar
revisar controlar comprueba check verify inspect review control revision inspection; cambiar sustituir reemplazar
reponer cambio change replace swap substitute exchange; arreglar reparar corregir solucionar fix repair correct solve;
usar utilizar emplear uso usa use employ utilise utilize; necesitar requerir exigir preciso obligatorio hace falta
imprescindible need require must necessary requirement demand essential; permitir poder autorizar dejar puede permite
allow permit can may let able possible posible capaz; prohibir prohibido impedir forbid prohibit ban prevent
forbidden; pagar abonar cobrar pago costar cuesta vale precio coste importe cargo pay charge cost price fee amount
bill; devolver reembolsar reintegrar devolucion reembolso refund return reimburse money dinero repay back; anular
cancelar cancelacion cancel void annul; pedir solicitar solicitud peticion ask request apply application; comprar
adquirir compra buy purchase acquire; estropear danar averiar deteriorar romper rompe dano averia damage break harm
spoil ruin broken; limpiar lavar limpieza clean wash wipe cleaning; enjuagar aclarar rinse; poner colocar situar meter
introducir insertar ponga coloque put place set insert fit lay position; sacar extraer quitar take out extract pull;
subir elevar levantar aumentar sube raise lift increase climb rise; bajar reducir disminuir baja lower reduce decrease
drop; esperar aguardar espere wait; leer read; escribir teclear introducir write type enter; elegir seleccionar
escoger eleccion choose select pick; crear generar create generate make made hecho hacer; anadir agregar sumar add
append; empresa compania company firm business; empleado trabajador personal plantilla employee worker staff
personnel; jefe responsable encargado supervisor manager boss head lead leader supervisor; cliente comprador customer
client buyer; usuario user; administrador admin administrator administrators; tecnico especialista ingeniero
technician engineer specialist; ordenador equipo computadora computer pc machine; movil telefono celular phone mobile
telephone smartphone; correo email mail mailbox buzon electronico; contrasena clave password passphrase key code
codigo pin; llave clave key; archivo fichero documento file document; carpeta directorio folder directory; pantalla
visor display screen panel; boton tecla button key; aviso alerta alarma mensaje warning alert notice message alarm;
pitido pita pitar zumbido beep chirp sound sonar suena; luz piloto lampara led indicador light lamp indicator led;
cable cordon cord lead wire hilo; enchufe toma corriente socket outlet plug mains power electricidad electricity;
bateria pila battery cell; deposito tanque tank reservoir container recipiente; agua water; aparato equipo dispositivo
maquina unidad unit device appliance equipment machine; pieza componente repuesto part component spare; tapa cubierta
carcasa cover lid cap; puerta door; tienda comercio merchant shop store; almacen deposito trastero store storeroom
warehouse storage stockroom; oficina despacho office; sala habitacion room; armario cabinet cupboard locker;
estanteria estante shelf rack; mascota animal pet; nino menor infantil child kid minor; semana semanal semanalmente
week weekly; mes mensual mensualmente month monthly; ano anual anualmente year yearly annual annually; dia diario
diariamente day daily; trimestre trimestral quarter quarterly; noche nocturno night overnight nightly; fallo error
averia fault error failure defect problem problema incidencia issue; perder perdida pierde lose lost loss; encontrar
hallar find found locate; gratis gratuito coste free cost charge; limite maximo tope max maximum limit most; minimo
minimum least; plazo tiempo duracion periodo period term time deadline; durar tardar aguantar dura tarda last take
hold; antelacion antes previo advance before prior; inmediato momento instante inmediatamente immediately instant
once; seguro poliza insurance policy; equipaje maleta luggage baggage suitcase; medico medica sanitario medical doctor
health; gasto coste expense cost; cubrir cubierto cobertura cover covered coverage; aprobar autorizar visto aprobacion
approve authorise authorize approval sign; rechazar denegar refuse reject deny decline; informar notificar comunicar
avisar report notify inform tell; ropa prenda clothes garment linen item; mancha stain; sangre blood; remojo remojar
soak; secar seco dry; mojar humedo mojado moisten wet damp moist; calentar caliente calor heat hot warm; enfriar frio
cool cold; apagar parar detener switch turn stop shut halt detiene; encender activar conectar switch turn activate
enable power; desactivar deshabilitar disable deactivate; repetir repita otra vez again repeat retry rerun; copia
duplicado copy backup duplicate respaldo; restaurar recuperar restore recover; actualizar actualizacion update
upgrade; descargar descarga download; subir cargar upload; ejecutar lanzar correr run execute launch; instalar
instalacion install installation; abrir apertura open; cerrar cierre close shut; bloquear bloqueo lock block;
compartir share; imprimir impresion print printout; papel hoja rollo paper sheet roll; firmar firma sign signature;
fecha date; hora hour time; numero cifra digito number digit figure; nombre name; direccion address; casa hogar
domicilio home house; coche vehiculo auto car vehicle; conductor conducir driver drive; viaje viajar trip travel
journey; vuelo volar vuela flight fly flying; avion aerolinea airline plane aircraft; carne licencia permiso licence
license permit; multa sancion fine penalty; recargo suplemento surcharge extra supplement; tarifa rate tariff; factura
invoice bill; recibo justificante comprobante receipt proof; pedido encargo order; paquete envio parcel package
shipment delivery entrega; rapido deprisa quick fast quickly rapidly; despacio lento lentamente slow slowly; grande
gran mayor big large bigger larger; pequeno chico menor small little smaller; primero first; ultimo final last final;
nuevo reciente new recent newest latest; viejo antiguo old oldest older former; poco escaso bajo low little; vacio
agotado acabado empty run out; lleno completo full whole entire entero; roto broken; falta ausente faltar missing
absent lack; sobrar restar remaining left over; igual mismo same equal identical; distinto diferente otro different
other another; externo exterior fuera external outside outer; interno interior dentro internal inside inner; trabajar
funcionar marchar work run function operate running operation; tarea trabajo job task work; reunion meeting call;
grabar grabacion record recording; camara camera; invitado huesped visitante guest visitor; socio miembro member;
equipo grupo team group; herramienta tool; aceite lubricar engrasar grasa oil grease lubricate; tornillo perno screw
bolt; filtro filter; tubo conducto pipe tube hose; valvula llave valve tap; rueda wheel; motor engine; ventilador fan;
presion pressure; tension voltaje voltage tension; potencia power; peso carga load weight; velocidad speed rapidez;
ruido noise; sitio lugar punto place spot location point site; servicio atencion soporte support service help
assistance; ayuda help; contrato contract agreement; vacaciones holiday vacation leave; sueldo salario nomina salary
pay wage payroll; laborable habil working business; pedir reservar reserva book booking reserve reservation; asiento
plaza seat; mesa table; curso formacion course training; seguridad safety security seguro safe secure; peligro riesgo
danger risk hazard; guante glove; fuego incendio fire; escalera stairs staircase ladder; ascensor lift elevator; pared
muro wall; suelo piso floor ground; techo ceiling roof; ventana window; jardin garden; planta plant; riego regar
irrigation water watering; abono fertilizante fertiliser fertilizer; mezclar mix blend; pan masa bread dough; cocina
kitchen; nevera frigorifico fridge refrigerator; horno oven; congelador freezer; lavavajillas dishwasher; lavadora
washing washer; secadora dryer; jabon detergente soap detergent; trapo pano tela cloth rag fabric; cepillo brush;
polvo dust; hielo ice; nieve snow; lluvia llover rain; viento wind; sol solar sun solar; invierno winter; verano
summer; mano hand; brazo arm; ojo eye; oido oreja ear; piel skin; corazon heart; parche electrodo pad patch electrode;
choque descarga shock discharge; adulto adult; paciente patient; hospital clinic clinica; medicina medicamento
medicine drug medication; madera wood; metal metalico metal metallic; vidrio cristal glass; plastico plastic; red
network grid; servidor server; base datos database data dato; consulta query; tabla table; fila row; columna column;
enlace vinculo link; pagina page; sitio web website; cuenta account; perfil profile; sesion session login log;
registro log record entry; clave token secreto secret key; rama branch; prueba probar ensayo test try trial; resultado
result outcome; lista list; orden order sequence; regla norma rule policy; excepcion except exception; motivo razon
causa reason cause because; ventaja benefit; hacer realizar llevar do perform carry; intentar intento try attempt;
dividir split; unir juntar fusionar merge join combine; contar recuento count counting; medir medicion measure; girar
gira giro turn rotate spin; mover mueve desplazar move shift; tirar pull drag; empujar push; doblar dobla bend fold;
coser costura sew sewing; aguja needle; cortar corte cut; pegar stick paste glue; colgar hang; atar tie; soltar
liberar release free; asegurar fijar secure fasten fix; apretar tighten; aflojar loosen; vaciar empty drain; llenar
rellenar fill refill; verter pour; anotar apuntar nota note write; conocer saber know; responder contestar respuesta
answer reply respond; llamar llamada call phone ring; hablar speak talk speaker; escuchar oir hear listen; ver mirar
see look view; visible visto seen visible; ensenar teach; aprender learn; vender venta sell sale sold; ofrecer offer;
dar entregar give hand deliver; llevar traer carry bring take; volver regresar vuelta come back return go; salir leave
exit; entrar acceder acceso enter access; comer comida meal food eat lunch; beber bebida drink; dormir sleep
"""
"""Folded words that may stand for one another, in both languages; groups parted by `;`."""

_KINDS = """
people: cliente customer client comprador buyer | usuario user | administrador administrator admin | tecnico
technician engineer ingeniero electricista electrician | jefe manager boss supervisor responsable leader encargado |
empleado trabajador employee worker personal staff | conductor driver | invitado huesped visitante guest visitor |
medico doctor | enfermera nurse | paciente patient | director gerente | contabilidad accounting contable accountant |
proveedor supplier distribuidor distributor vendor | fabricante manufacturer | empresa compania company | banco bank |
policia police | abogado lawyer | padres parents padre madre | profesor teacher | alumno student | vecino neighbour
neighbor | propietario dueno owner | inquilino tenant | socio member | editor editor | lector viewer reader | auditor
auditor | operador operario operator | conserje caretaker porter | secretaria secretary | recepcion reception |
compras purchasing | ventas sales | rrhh personnel | agencia agency | seguridad guard; liquids: agua water | alcohol |
lejia bleach | vinagre vinegar | aceite oil | gasolina petrol gasoline | jabon soap detergente detergent | limon lemon
| leche milk | acetona acetone | amoniaco ammonia | grasa grease | pintura paint | zumo juice; cloths: pano trapo
cloth | papel paper | cepillo brush | esponja sponge | algodon cotton | pinzas tweezers | cuchillo knife | tijeras
scissors; channels: correo email mail | telefono phone telephone | chat | fax | carta postal letter | formulario form
| web website | app aplicacion | mostrador counter | videollamada; payments: tarjeta card | efectivo cash |
transferencia transfer | cheque cheque check | domiciliacion debit | bono voucher vale; formats: pdf | csv | xml |
json | excel xlsx | zip | docx word | txt | html | hoja spreadsheet; links: usb | wifi | bluetooth | ethernet | hdmi |
nfc | infrarrojos infrared; moves: escalera stairs staircase | ascensor lift elevator | rampa ramp; parts: bateria
battery pila | cable wire | sensor | motor engine | filtro filter | valvula valve | bomba pump | ventilador fan |
fusible fuse | antena antenna | pantalla screen | teclado keyboard | tapa cover lid | puerta door | cuchilla blade |
correa belt | junta seal gasket | tarjeta card; measures: velocidad speed | temperatura temperature | presion pressure
| peso weight | humedad humidity | tension voltage | corriente current | altura height | longitud length | anchura
width | profundidad depth | volumen volume | caudal flow; seasons: primavera spring | verano summer | otono autumn |
invierno winter; times: manana morning | tarde afternoon evening | noche night | mediodia noon | madrugada; places:
cocina kitchen | garaje garage | sotano basement | tejado roof | jardin garden | oficina office | almacen warehouse |
entrada entrance | salida exit | recepcion reception; money: neto net | bruto gross; kinds: alterna alternating |
continua direct; animals: perro dog | gato cat | caballo horse | pajaro bird | conejo rabbit | tortuga turtle tortoise
| liebre hare | pez fish | caracol snail; weather: lluvia rain | nieve snow | viento wind | niebla fog | helada frost
| granizo hail | tormenta storm; vehicles: furgoneta van | camion lorry truck | coche car | moto motorcycle |
bicicleta bicycle bike | autobus bus | tren train | avion plane; clothes: guantes gloves | gafas glasses goggles |
casco helmet | botas boots | mascarilla mask; metals: acero steel | aluminio aluminium aluminum | cobre copper |
hierro iron | plata silver | oro gold; devices: impresora printer | ordenador computer | portatil laptop | tableta
tablet | telefono phone | raton mouse | monitor; cities: madrid | barcelona | valencia | sevilla | zaragoza | bilbao |
malaga | london londres | paris | berlin | lisboa lisbon
"""
"""Kinds of thing, and of each what is not the others, parted by `|`."""


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for n, line in enumerate(_SAME.split(";")):
        for word in line.split():
            _put(found, word, f"~{n}")
    for line in _KINDS.split(";"):
        kind, _, rest = line.strip().partition(":")
        for n, side in enumerate(rest.split("|")):
            for word in side.split():
                _put(found, word, f"^{kind}.{n}")
    return {stem: frozenset(keys) for stem, keys in found.items()}


@cache
def _listed() -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _SAME + _KINDS))


def _put(found: dict[str, set[str]], word: str, key: str) -> None:
    """Under the word and its stems by either language's rules, unless such a stem is another word of the list."""
    for form in {word, stems(word, "es"), stems(word, "en")}:
        if form == word or form not in _listed():
            found.setdefault(form, set()).add(key)


def meanings(word: str, stem: str) -> frozenset[str]:
    """What a folded word or its stem may mean, `~` a meaning, `^` one thing of a kind; empty when it is not listed."""
    table = _table()
    return table.get(word, frozenset()) | table.get(stem, frozenset())
