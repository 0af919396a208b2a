"""A word of a manual's everyday language → the words that say it in the other language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

# Spanish = English, each side one word or several that are said for one another. Words that are spelt alike, or become
# alike as stems (configurar, configure), need no entry. Ordered by what they are about, to be read and added to.
PAIRS = """
archivo fichero=file; carpeta=folder; directorio=directory; disco=disk disc; duro=hard; pantalla=screen display;
teclado=keyboard; tecla=key; ratón=mouse; impresora=printer; imprimir impresión=print printing; ordenador computadora
equipo=computer machine; portátil=laptop notebook; servidor=server; red=network; contraseña clave=password; clave=key;
usuario=user; cuenta=account; correo=mail email; mensaje=message; ventana=window; botón=button; pulsar presionar
oprimir=press push; pulsador=button; icono=icon; enlace vínculo=link; navegador=browser; página=page; sitio=site;
descargar descarga bajar=download; cargar subir=upload load; carga=load charge upload; guardar=save store; almacenar
almacenamiento=store storage; borrar eliminar suprimir=delete remove erase; quitar=remove; copia=copy; copiar=copy;
respaldo=backup; pegar=paste; cortar=cut; abrir=open; cerrar=close; buscar búsqueda=search find; encontrar
hallar=find; ayuda=help; error fallo=error failure; fallar=fail; avería=fault breakdown; aviso=notice warning;
advertencia=warning; alerta=alert; instalar=install; desinstalar=uninstall; actualizar actualización=update upgrade;
arrancar arranque=boot start startup; iniciar inicio=start begin login; reiniciar reinicio=restart reboot reset;
apagar apagado=off shutdown; encender encendido=on power; parar detener=stop halt; ejecutar ejecución=run execute;
orden comando=command; línea=line; opción=option; ajuste ajustar=setting adjust adjustment; ajustes=settings;
preferencias=preferences; valor=value; campo=field; fila=row; columna=column; tabla=table; lista=list; hoja=sheet;
cadena=string chain; número=number; nombre=name; apellido=surname; título=title; texto=text; letra=letter;
palabra=word; idioma lengua=language; español castellano=spanish; inglés=english; fecha=date; hora=time hour;
minuto=minute; segundo=second; día=day; semana=week; mes=month; año=year; hoy=today; ayer=yesterday; mañana=tomorrow
morning; nunca=never; siempre=always; antes=before; después=after; mientras=while; durante=during; primero=first;
último=last latest; siguiente próximo=next following; anterior=previous; nuevo=new; viejo antiguo=old; paso=step;
prueba probar=test try; comprobar=check; comprobación=check; revisar=review check; verificar=verify check; medir
medida=measure measurement; medición=measurement; peso=weight; pesar=weigh; altura=height; anchura ancho=width;
longitud largo=length long; profundidad=depth; tamaño=size; espacio=space; lleno=full; vacío=empty; llenar=fill;
vaciar=empty; grande=large big; pequeño=small; alto=high; bajo=low; rápido=fast quick; lento=slow; velocidad=speed;
caliente=hot; frío=cold; calor=heat; calentar=heat warm; enfriar=cool; humedad=humidity moisture; agua=water;
aire=air; aceite=oil; polvo=dust; ruido=noise; luz=light; ruta=path route; camino=way path; permiso=permission;
acceso=access; propietario=owner; dueño=owner; grupo=group; administrador=administrator admin; raíz=root;
núcleo=kernel core; controlador=driver controller; dispositivo=device; aparato=device appliance; máquina=machine;
herramienta=tool; programa=program software; aplicación=application app; paquete=package; biblioteca librería=library;
fuente=source font; código=code; compilar=compile build; construir=build; depurar depuración=debug debugging;
registro=log record register; registrar=log record register; diario=journal daily; proceso=process; hilo=thread;
tarea=task job; cola=queue; memoria=memory; procesador=processor; placa=board plate; tarjeta=card; puerto=port;
ranura=slot; enchufe=socket plug; enchufar=plug; desenchufar=unplug; conectar=connect; conexión=connection;
conectado=connected; desconectar=disconnect; cable=cable wire; inalámbrico=wireless; wifi=wireless; red=net; enrutador
encaminador=router; cortafuegos=firewall; pasarela=gateway; dirección=address direction; dominio=domain;
anfitrión=host; sistema=system; partición=partition; particionar=partition; montar montaje=mount assembly assemble;
desmontar=unmount disassemble; unidad=unit drive; formatear=format; formato=format; cifrar cifrado=encrypt encryption;
firma firmar=sign signature; clave llave=key; llavero=keyring; certificado=certificate; seguridad=security safety;
seguro=secure safe insurance; repositorio=repository; sede=seat site; versión=version release; rama=branch; cambio
cambiar=change; modificar=modify change; editar=edit; editor=editor; añadir agregar=add; insertar=insert;
crear=create; generar=generate; enviar envio=send shipping shipment; recibir=receive; responder respuesta=response
reply answer; contestar=answer reply; preguntar pregunta=question ask; petición solicitud=request; pedir=request ask
order; pedido=order; devolver devolución=return refund; reembolso=refund; factura=invoice bill; facturación=billing;
pago pagar=pay payment; precio=price; coste costo=cost; cliente=client customer; compra comprar=buy purchase; venta
vender=sell sale; tienda=store shop; garantía=warranty guarantee; entrega entregar=delivery deliver; plazo=deadline
term period; vencimiento caducidad=expiry expiration; caducar vencer=expire; gratis gratuito=free; libre=free;
licencia=license licence; derecho=right; ley=law; norma=rule standard; regla=rule ruler; requisito
requerir=requirement require; necesitar=need require; necesario=necessary needed required; obligatorio=mandatory
required; permitir=allow permit; impedir evitar=prevent avoid; prohibir=forbid; bloquear bloqueo=lock block;
desbloquear=unlock; ocultar esconder=hide; oculto=hidden; mostrar=show display; leer lectura=read reading; escribir
escritura=write writing; escrito=written; marcar marca=mark brand dial; elegir escoger seleccionar=choose select pick;
elección=choice; activar habilitar=enable activate; desactivar deshabilitar inhabilitar=disable deactivate;
activo=active; uso usar utilizar=use; funcionar=run; funcionamiento=operation; función=function; trabajo trabajar=work
job; manejo manejar=handle handling; comportamiento=behaviour behavior; llamar llamada=call; mover=move; mantener=keep
maintain hold; mantenimiento=maintenance; limpiar limpieza=clean cleaning; sucio=dirty; reparar reparación=repair fix;
arreglar=fix repair; sustituir reemplazar=replace; recambio repuesto=spare replacement; pieza=part piece; parte=part;
tornillo=screw; tuerca=nut; destornillador=screwdriver; tapa=cover lid; cubierta=cover; caja=box case; puerta=door;
rueda=wheel; freno=brake; motor=motor engine; bomba=pump; manguera=hose; tubo=tube pipe; tubería=pipe; filtro=filter;
válvula=valve; junta=gasket seal; correa=belt; cadena=chain; engranaje=gear; resorte muelle=spring; cuchilla=blade;
batería pila=battery; cargador=charger; corriente=current; tensión voltaje=voltage; potencia=power; energía=energy
power; alimentación=power supply; fuente=supply; resistencia=resistor resistance; condensador capacitor=capacitor;
bobina=coil; diodo=diode; onda=wave; señal=signal; frecuencia=frequency; sonido=sound; altavoz=speaker;
auriculares=headphones; micrófono=microphone; cámara=camera; lente=lens; imagen=image picture; foto=photo; dibujo
dibujar=draw drawing; gráfico gráfica=graph graphic plot chart; eje=axis shaft; curva=curve; entrada=input entry;
salida=output exit; nivel=level; masa=mass ground; tierra=ground earth; interruptor=switch; conmutador=switch;
perilla=knob; palanca=lever; lámpara=lamp; bombilla=bulb; fusible=fuse; reloj=clock; imán=magnet; vidrio=glass;
papel=paper; tinta=ink; bandeja=tray; atasco=jam; cartucho=cartridge; color=color colour; rojo=red; verde=green;
azul=blue; amarillo=yellow; negro=black; blanco=white; gris=gray grey; izquierda izquierdo=left; derecha=right; arriba
superior=top upper; abajo inferior=bottom lower; delante=front; detrás trasero=rear back; dentro=inside;
fuera=outside; lado=side; esquina=corner; borde=edge border; centro=center centre; cerca=near; lejos=far; mitad=half;
doble=double; ambos=both; varios=several; cada=each; ninguno=none; cualquiera=any; solo=only alone; mismo=same;
diferente distinto=different; diferencia=difference; igual=equal same; mejor=better best; peor=worse worst;
mayor=greater larger; menor=smaller lower; máximo=maximum; mínimo=minimum; límite=limit; cantidad=amount quantity;
suma=sum; resta=subtraction; media promedio=average mean; ayudar=help; aprender=learn; enseñar=teach; manual
guía=manual guide; capítulo=chapter; sección apartado=section; ejemplo=example; nota=note; índice=index;
desarrollo=development; desarrollador=developer; responsable=responsible; autor=author; equipo=team equipment;
empresa=company; jefe=manager boss; persona=person; gente=people; niño=child; mujer=woman; hombre=man; mano=hand;
dedo=finger; ojo=eye; cabeza=head header; cuerpo=body; piel=skin; sangre=blood; dolor=pain; enfermedad=disease
illness; médico=doctor medical; herida=wound injury; peligro=danger hazard; riesgo=risk; fuego incendio=fire;
humo=smoke; choque descarga=shock; guantes=gloves; coche automóvil=car; vehículo=vehicle; conducir=drive;
conductor=driver conductor; carretera=road; casa=house home; cocina=kitchen; horno=oven; nevera
frigorífico=refrigerator fridge; lavadora=washer; lavar=wash; ropa=clothes; cama=bed; silla=chair; mesa=table;
habitación=room; oficina=office; edificio=building; ciudad=city; país=country; mundo=world; región=region; lugar
sitio=place; ubicación=location; situar=locate; variable=variable; entorno=environment; sesión=session;
consola=console; intérprete=shell interpreter; guion=script hyphen; escritorio=desktop; fondo=background bottom;
tema=theme topic; arrastrar=drag; soltar=drop release; clic=click; dedo=touch; desplazar=scroll shift; girar=turn
rotate; vuelta=turn; sentido=direction; tiempo=time weather; espera esperar=wait; retraso retardo=delay; demora=delay;
duración=duration; durar=last; vida=life; corto=short; breve=brief; completo=full complete; entero=whole integer;
bloque=block; trozo=chunk piece; dato=data; datos=data; base=base; consulta=query; búsqueda=lookup; coincidir
coincidencia=match; patrón=pattern; expresión=expression; filtrar=filter; ordenar=sort order; contar=count;
cuenta=count; calcular cálculo=calculate calculation; bucle=loop; clase=class; objeto=object; método=method;
parámetro=parameter; argumento=argument; cabecera encabezado=header heading; estado=status state; ciclo=cycle;
evento=event; gancho=hook; complemento=plugin addon; extensión=extension; dependencia=dependency; depender=depend;
conflicto=conflict; romper=break; roto=broken; dañar daño=damage; dañado=damaged corrupted; perder pérdida=lose loss;
perdido=lost; recuperar recuperación=recover recovery; restaurar=restore; restablecer=reset restore; deshacer=undo;
rehacer=redo; cancelar=cancel; aceptar=accept; rechazar=reject refuse; confirmar=confirm; avisar=warn notify;
notificar=notify; informe=report; informar=report inform; resumen=summary; detalle=detail; prioridad=priority;
recomendar=recommend; sugerir sugerencia=suggest suggestion; automático=automatic; automáticamente=automatically;
remoto=remote; local=local; compartir compartido=share shared; público=public; privado=private; propio=own;
común=common; habitual=usual; predeterminado=default; omisión=default; defecto=default defect; personalizar
personalizado=customize custom; invitado=guest; huésped=guest; virtual=virtual; nube=cloud; contenedor=container;
imagen=image; suspender=suspend; hibernar=hibernate; dormir=sleep; despertar=wake; rendimiento=performance;
consumo=consumption usage; ahorro ahorrar=saving save; vigilar=monitor watch; supervisar=monitor;
temperatura=temperature; presión=pressure; caudal=flow; flujo=flow stream; tasa=rate; porcentaje=percentage;
grado=degree; ángulo=angle; fuerza=force strength; acoplar=attach couple; adjuntar adjunto=attach attachment;
archivador=archive; comprimir=compress; descomprimir=decompress extract unpack; extraer=extract; empaquetar=package
pack; desempaquetar=unpack; combinar=merge combine; unir unión=join; separar=separate split; dividir=divide split;
mezclar=mix merge; enlazar=link; sincronizar=sync synchronize; huella=fingerprint; anónimo=anonymous; vacío=blank;
inválido=invalid; válido=valid; correcto=correct right; incorrecto=wrong incorrect; equivocado=wrong; malo=bad;
bueno=good; posible=possible; imposible=impossible; fácil=easy; difícil=hard difficult; importante=important;
conocido=known; desconocido=unknown; disponible=available; falta faltar=missing lack; sobrar=exceed; exceso=excess;
ausente=absent; presente=present; existir=exist; aparecer=appear; desaparecer=disappear; salir=exit leave;
entrar=enter; volver=return back; seguir=follow continue; continuar=continue; terminar acabar=finish end; fin
final=end; principio comienzo=beginning start; empezar comenzar=start begin; saltar=skip jump; repetir=repeat;
reintentar=retry; intentar intento=try attempt; lograr conseguir=achieve; obtener=obtain; colocar=place; dejar=leave;
tocar=touch; explicar=explain; describir=describe; significar significado=mean meaning; conocer=know; empujar=push;
sacar=remove extract take; coger tomar=take; romperse=break; caer caída=fall drop crash; colgar=hang; colgado=hung
frozen; estropear=damage spoil; quemar=burn; grabar=record burn save; grabación=recording; reproducir=play reproduce;
canción=song; película=movie film; juego=game; jugar=play; voltio=volt; amperio=ampere amp; vatio=watt; ohmio=ohm;
hercio=hertz; metro=metre meter; centímetro=centimetre centimeter; milímetro=millimetre millimeter; kilómetro=kilometre
kilometer; pulgada=inch; pie=foot; gramo=gram; kilo=kilogram; libra=pound; litro=litre liter;
espejo réplica=mirror; suma sumar=add; multiplicar=multiply
"""

_LEARNT = Path(__file__).with_name("learnt_pairs.txt")
"""Made by `tests/bench/learn_glossary.py` out of programs and help pages that are translated: a line a Spanish word."""


def entries(*, learnt: bool = True) -> Iterator[tuple[list[str], list[str]]]:
    """The words of an entry in Spanish and in English: first those that were written, then those that were learnt."""
    lines = _LEARNT.read_text(encoding="utf-8").splitlines() if learnt else []
    for entry in (*PAIRS.split(";"), *(line for line in lines if not line.startswith("#"))):
        spanish, english = entry.split("=")
        yield spanish.split(), english.split()
